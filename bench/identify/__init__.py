"""Measures how well `core.identifiers` reads real-style messages, against named peers on the same corpus."""
