"""The commands that turn one file into another, each in a file of its own."""
