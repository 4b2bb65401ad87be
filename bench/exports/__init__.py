"""How long each export takes, and how much memory, against the bare libraries."""
