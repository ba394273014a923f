"""From the files that people have to JSON Lines: unpacked, decoded, read as records, and mapped to rows."""
