"""How long `hookkit check manifest` takes over many manifests, as a multiple of loading them with PyYAML's C loader."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

from measuring import Contender, measure, print_ratios

#: How many manifests; the ratio to reach is that of the one in the middle.
NUMBERS: Final = (50, 200, 800)
FILES: Final = 200
#: Manifests that hookkit writes, small and large, and hand-written ones in Argo's other shapes.
TESTS: Final = Path(__file__).parents[1] / "tests"
PATTERNS: Final = ("golden/*/*.workflowtemplate.yaml", "manifests/*.yaml")

LOADING: Final = "loading {} with PyYAML's C loader"
CHECKING: Final = "hookkit check manifest, {}"

LOADER: Final = """
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).iterdir()):
    list(yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="hookkit-benchmark-") as folder:
        home = Path(folder)
        contenders = [one for number in NUMBERS for one in _contenders(home, number)]
        medians = measure(contenders, rounds)
    for number in NUMBERS:
        print_ratios(
            {name: medians[name] for name in (LOADING.format(number), CHECKING.format(number))},
            LOADING.format(number),
            {CHECKING.format(FILES): 4},
        )
    first, last = NUMBERS[-2:]
    growth = medians[CHECKING.format(last)] / medians[CHECKING.format(first)]
    print(f"\n{last} manifests / {first}: {growth:.2f} x   to reach: {last / first:g} x (linear), or below")


def _contenders(home: Path, number: int) -> list[Contender]:
    """Those who load and who check so many manifests."""
    folder = home / str(number)
    folder.mkdir()
    texts = [path.read_bytes() for pattern in PATTERNS for path in sorted(TESTS.glob(pattern))]
    for index in range(number):
        (folder / f"{index:04}.yaml").write_bytes(texts[index % len(texts)])
    check = (sys.executable, "-m", "hookkit", "check", "manifest", "--argo-version", "3.7", str(folder))
    return [
        Contender(LOADING.format(number), (sys.executable, "-c", LOADER, str(folder)), home),
        Contender(CHECKING.format(number), check, home),
    ]


if __name__ == "__main__":
    main()
