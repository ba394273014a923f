"""How much memory this process may still take."""

import os
from pathlib import Path
from typing import Final

_MEMINFO: Final = Path("/proc/meminfo")
_STATM: Final = Path("/proc/self/statm")
_CGROUP: Final = Path("/sys/fs/cgroup")


def free_bytes(limit_bytes: int | None) -> int:
    """What is available on this machine or in this container, and at most what a limit for the process leaves.

    Where the system does not tell what is available (macOS, Windows), that is taken to be all there is.
    """
    known = [_of_machine(), _of_container(), None if limit_bytes is None else limit_bytes - _resident_bytes()]
    return max(0, min((found for found in known if found is not None), default=2**63))


def _of_machine() -> int | None:
    """``MemAvailable`` is the kernel's own estimate of what can be taken without swapping (proc(5))."""
    if not _MEMINFO.exists():
        return None
    lines = _MEMINFO.read_text("ascii").splitlines()
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)


def _of_container() -> int | None:
    """What the control group (version 2) leaves, if it limits memory at all."""
    limit, current = _CGROUP / "memory.max", _CGROUP / "memory.current"
    if not (limit.exists() and current.exists()) or limit.read_text("ascii").strip() == "max":
        return None
    return int(limit.read_text("ascii")) - int(current.read_text("ascii"))


def _resident_bytes() -> int:
    if not _STATM.exists():
        return 0
    return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
