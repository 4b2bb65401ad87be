"""What the police may take away: tables for people (CSV, XLSX), and STIX and MISP for programs. See docs/exports.md."""
