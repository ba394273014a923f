"""The suite mirrors the source; `scenarios/` tells one user's story each over real sockets."""
