"""What we advise before somebody trains: whether, how, on which base, with what, and on how much. Pure."""
