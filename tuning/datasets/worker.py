"""The process that judges pieces: `python -m tuning.datasets.worker`."""

import sys

from tuning.datasets.piecework import work

if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer)
