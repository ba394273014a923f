"""What is measured, each figure against a named baseline in the same run: `make bench`."""
