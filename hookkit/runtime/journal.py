"""What the child leaves for its parent while it runs, so that the parent knows it even if the child dies at once."""

import json
import os
from pathlib import Path
from typing import Any, Self

from hookkit.command import GROUP_WATCHERS
from hookkit.record import Record
from hookkit.runtime.outcome import Outcome


class Testimony(Record):
    """What a journal says, as far as the child came.

    Attributes:
        staging: folders that must not be left behind, each inside an output folder.
        temporary: other folders that must not be left behind.
        groups: process groups of programs that the hook started and that have not ended.
        outcome: how the hook ended, in the child's own words.

    """

    staging: tuple[Path, ...] = ()
    temporary: tuple[Path, ...] = ()
    groups: frozenset[int] = frozenset()
    outcome: Outcome | None = None


class Journal:
    """Facts, a JSON line each, in memory that both processes share. A pipe would fill up; this doesn't."""

    def __init__(self) -> None:
        self._file = os.memfd_create("hookkit-journal")

    def note_staging(self, folder: Path) -> None:
        """A folder that must not be left behind, inside the output folder where `error.json` belongs."""
        self._write({"staging": str(folder)})

    def note_temporary(self, folder: Path) -> None:
        """A folder that must not be left behind, elsewhere."""
        self._write({"temporary": str(folder)})

    def note_outcome(self, outcome: Outcome) -> None:
        """How the hook ended."""
        self._write({"outcome": outcome.to_json()})

    def note_group(self, group: int, alive: bool) -> None:  # noqa: FBT001 - a fact of it
        """A program that leads a process group of its own was started, or has ended."""
        self._write({"group": group, "alive": alive})

    def _write(self, fact: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(fact).encode() + b"\n")

    def read(self) -> Testimony:
        """All that was written."""
        facts = [json.loads(line) for line in os.pread(self._file, os.fstat(self._file).st_size, 0).splitlines()]
        folders = {kind: tuple(Path(fact[kind]) for fact in facts if kind in fact) for kind in ("staging", "temporary")}
        groups = {fact["group"]: fact["alive"] for fact in facts if "group" in fact}
        outcomes = [Outcome.from_json(fact["outcome"]) for fact in facts if "outcome" in fact]
        return Testimony(
            **folders,
            groups=frozenset(group for group, alive in groups.items() if alive),
            outcome=outcomes[-1] if outcomes else None,
        )

    def __enter__(self) -> Self:
        GROUP_WATCHERS.append(self.note_group)
        return self

    def __exit__(self, *_: object) -> None:
        GROUP_WATCHERS.remove(self.note_group)
        os.close(self._file)
