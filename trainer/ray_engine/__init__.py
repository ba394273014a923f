"""The torch engine on a Ray cluster: the same training function in several processes, which Ray places and restarts.

The server's data folder must lie on storage that every node sees at the same path, as Ray Train asks of storage
itself (https://docs.ray.io/en/latest/train/user-guides/persistent-storage.html). Files, states, checkpoints and what
the job tells go through it; nothing else but the package's code crosses the cluster.
"""
