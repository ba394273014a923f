"""Writing a command's result: whole or not at all."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.terminal import STDOUT


@contextmanager
def written_whole(target: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when the context ends well, and leaves nothing behind when it doesn't.

    `-` is standard output, which gets nothing before the end either.
    """
    folder = None if target == STDOUT else target.parent
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".tunesmith-", delete=False) as stream:
        made = Path(stream.name)
        try:
            yield stream
            stream.flush()
            if target == STDOUT:
                with made.open("rb") as source:
                    shutil.copyfileobj(source, sys.stdout.buffer)
            else:
                made.chmod(0o666 & ~_umask())
                made.replace(target)
        finally:
            made.unlink(missing_ok=True)


def _umask() -> int:
    """The process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
