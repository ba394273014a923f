"""Stop a Ray job as soon as whoever asked for it is gone: ``python -m trainer.ray_engine.watch ADDRESS JOB``.

Its standard input is a pipe from the process that it watches, which the system closes however that process ends.
"""

import sys
from contextlib import suppress

from ray.job_submission import JobSubmissionClient


def main() -> None:
    """Wait for the end of standard input, then stop the job where it still runs."""
    address, job_id = sys.argv[1:]
    sys.stdin.buffer.read()
    with suppress(RuntimeError):  # It was never submitted.
        JobSubmissionClient(address).stop_job(job_id)


if __name__ == "__main__":
    main()
