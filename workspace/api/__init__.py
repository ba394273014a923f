"""The Web API: one file a noun, each with a table of its methods."""
