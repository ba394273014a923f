"""`make bench`: every benchmark, each against a named baseline in the same run. Name some to run only those."""

import sys
from importlib import import_module

BENCHMARKS = ("account", "acknowledgement", "beside_check", "check_speed", "check_size", "dropped_file", "trainer")


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"No benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}.")
        return 2
    for name in names or BENCHMARKS:
        print(f"== {name}", flush=True)
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
