"""What the child leaves for its parent while it runs, so that the parent knows it even if the child dies at once."""

import json
import os
from pathlib import Path
from typing import Any, Self

from hookkit.runtime.outcome import Outcome


class Journal:
    """Facts, a JSON line each, in memory that both processes share. A pipe would fill up; this doesn't."""

    def __init__(self) -> None:
        self._file = os.memfd_create("hookkit-journal")

    def note_staging(self, folder: Path) -> None:
        """A folder that must not be left behind, inside the output folder where `error.json` belongs."""
        self._write({"staging": str(folder)})

    def note_outcome(self, outcome: Outcome) -> None:
        """How the hook ended, in the child's own words."""
        self._write({"outcome": outcome.to_json()})

    def _write(self, fact: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(fact).encode() + b"\n")

    def read(self) -> tuple[list[Path], Outcome | None]:
        """The staging folders and the outcome, if the child came so far."""
        facts = [json.loads(line) for line in self._content().splitlines()]
        staging = [Path(fact["staging"]) for fact in facts if "staging" in fact]
        outcomes = [Outcome.from_json(fact["outcome"]) for fact in facts if "outcome" in fact]
        return staging, outcomes[-1] if outcomes else None

    def _content(self) -> bytes:
        return os.pread(self._file, os.fstat(self._file).st_size, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
