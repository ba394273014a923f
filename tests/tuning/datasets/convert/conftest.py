import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tuning.datasets.convert.conversion import Converted, convert


@pytest.fixture
def converted(tmp_path: Path) -> Callable[..., tuple[bytes, Converted]]:
    """Converts bytes or a text under a name, and gives what was written and what was told."""

    def run(content, name, given=()) -> tuple[bytes, Converted]:
        path = tmp_path / "stored"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        target = io.BytesIO()
        told = convert(path, name, target, given)
        return target.getvalue(), told

    return run
