"""What the container's contract costs: a hook with ten options beside its peers, config files, the runtime's size.

The peers are installed into throwaway environments (`--no-peers` leaves them out); what can't be installed or run is
named with its last words.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from contenders import BASELINE, HOOK, OPTIONS, TABLE, Row, prepare
from measuring import DidNotRunError, Timed, measure, print_ratios
from programs.hookkit_hook import shout

from hookkit.authoring import spec_of
from hookkit.bundle import runtime_files
from hookkit.errors import CallError
from hookkit.runtime.call import read_call
from hookkit.spec import HookSpec, OptionSpec

OURS: Final = (BASELINE, HOOK)
HOOK_SPEC: Final = cast("HookSpec", spec_of(shout))
FEW, MANY = 100, 1000
#: What the keys of a config file are, and what is put behind an option's name to make them so.
KEYS: Final = {"all right": "", "all misspelt": "x", "all unknown": "_which_no_option_is_like"}
#: Readings take milliseconds, so there can be more of them than of processes.
READINGS: Final = 5


def main() -> None:
    """Measure and print."""
    arguments = _parse()
    with tempfile.TemporaryDirectory(prefix="hookkit-benchmark-") as folder:
        home = Path(folder)
        _start_to_result(home, arguments.rounds, [row for row in TABLE if arguments.peers or row.name in OURS])
        for keys in KEYS:
            _config_file(home, arguments.rounds * READINGS, keys)
    size = sum(len(content) for content in runtime_files().values())
    print(f"\nthe runtime in the image: {size / 1000:.0f} kB   to reach: 200 kB")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="install nothing, compare with nobody")
    return parser.parse_args()


# ---------------------------------------------------------------- start to result


def _start_to_result(home: Path, rounds: int, rows: Iterable[Row]) -> None:
    medians = measure(_able(home, rows), rounds)
    print_ratios(medians, BASELINE, {HOOK: 5})
    for peer in (name for name in medians if name not in OURS):
        print(f"{HOOK} / {peer}: {medians[HOOK] / medians[peer]:.2f} x   to reach: below 1")


def _able(home: Path, rows: Iterable[Row]) -> list[Timed]:
    """The contenders that run here; why the others don't is printed."""
    contenders = []
    for number, row in enumerate(rows):
        place = home / str(number)
        place.mkdir()
        try:
            contenders.append(prepare(row, place))
        except DidNotRunError as error:
            print(f"{row.name} is left out: {error}")
    return contenders


# ---------------------------------------------------------------- options in a config file


@dataclass(frozen=True)
class Reading:
    """A config file of options, read into a call."""

    name: str
    spec: HookSpec
    file: Path
    #: What reading it has to end with, where its keys are wrong.
    expected: tuple[type[Exception], ...]

    def run(self) -> float:
        """Read it once, in this process; seconds."""
        start = time.perf_counter()
        with suppress(*self.expected):
            read_call(self.spec, ["--config-file", str(self.file)], {})
        return time.perf_counter() - start


def _config_file(home: Path, rounds: int, keys: str) -> None:
    few, many = (_reading(home, count, keys) for count in (FEW, MANY))
    print()
    print_ratios(measure([few, many], rounds), few.name, {many.name: 12})


def _reading(home: Path, count: int, keys: str) -> Reading:
    """The hook's options again and again under numbered names, and a config file with a value for each."""
    options = [_numbered(option, number) for number in range(count // len(OPTIONS)) for option in HOOK_SPEC.options]
    values = {option.name + KEYS[keys]: OPTIONS[option.name.rpartition("_")[0]] for option in options}
    file = home / f"{count} {keys}.json"
    file.write_text(json.dumps(values))
    spec = HOOK_SPEC.replace(inputs=(), outputs=(), options=tuple(options))
    return Reading(f"config file of {count:,} options, {keys}", spec, file, (CallError,) if KEYS[keys] else ())


def _numbered(option: OptionSpec, number: int) -> OptionSpec:
    # As many digits for few as for many: to look for a close word takes longer among longer words.
    return option.replace(name=f"{option.name}_{number:02}")


if __name__ == "__main__":
    main()
