"""The doctor: what an installation needs, looked at piece by piece, each with what to do where it is wrong."""
