"""What must not be lost: the shared nouns, the tables, one store a noun, and the bytes of datasets."""
