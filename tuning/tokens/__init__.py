"""Counting tokens exactly, with vocabularies that come with the installation."""
