"""Prompts that are tried on a dataset before anybody trains on it."""
