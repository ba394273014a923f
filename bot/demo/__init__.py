"""`tunesmith demo`: the whole tour on one machine, played by a client of the local workspace."""
