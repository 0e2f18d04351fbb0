"""`python -m bench NAME [arguments]`: the folder is the list of benchmarks."""

import importlib
import pkgutil
import sys
from pathlib import Path

MISTAKE = 2


def names() -> list[str]:
    """Return the names of all benchmarks: modules that define `main`."""
    folder = Path(__file__).parent
    return sorted(
        info.name
        for info in pkgutil.iter_modules([str(folder)])
        if not info.name.startswith("_")
        and "\ndef main(arguments: " in (folder / f"{info.name}.py").read_text("utf-8")
    )


def run(arguments: list[str]) -> int:
    """Run the benchmark that is named first; returns its exit code."""
    if not arguments or arguments[0] not in names():
        print(f"bench: say which: {', '.join(names())}", file=sys.stderr)
        return MISTAKE
    module = importlib.import_module(f"bench.{arguments[0]}")
    code: int = module.main(arguments[1:])
    return code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
