"""Pack a vocabulary: `python -m tuning.tokens o200k_base FILE.tiktoken` writes it where the package looks for it."""

import sys
from pathlib import Path

from tuning.tokens.encodings import is_genuine
from tuning.tokens.packing import pack, unpack


def main(name: str, source: Path) -> None:
    """Pack one `.tiktoken` file after proving that it is the one tiktoken names."""
    packed = pack(source.read_bytes())
    if not is_genuine(name, unpack(packed)):
        sys.exit(f"{source} is not tiktoken's {name}: its sha256 differs, so nothing was written")
    target = Path(__file__).parent / "vocabularies" / f"{name}.zlib"
    target.write_bytes(packed)
    print(f"{target}: {len(packed):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
