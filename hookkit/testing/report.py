"""HookReport: the report of a run as a test looks at it: where the outputs lie, and what to say when it fails."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from hookkit.contract import ExitCode
from hookkit.errors import shown
from hookkit.report import RunReport
from hookkit.testing.golden import Compare, Golden, read_tree

#: pytest shows a failure at the line of the test, and none of ours (--full-trace does).
__tracebackhide__ = True

#: Lines of the log that a failure shows.
_LAST_LINES: Final = 10


@dataclass(frozen=True, repr=False)
class HookReport(RunReport):
    """How a hook ran in a test.

    Attributes:
        folders: where each output lies.
        golden: what golden outputs are relative to, and whether they are rewritten.

    """

    folders: Mapping[str, Path] = field(default_factory=dict)
    golden: Golden = field(default_factory=Golden)

    @classmethod
    def of(cls, report: RunReport, folders: Mapping[str, Path], golden: Golden) -> Self:
        """The same report, with what a test needs beside it."""
        return cls(**vars(report), folders=folders, golden=golden)

    def to_json(self) -> dict[str, Any]:
        """The report in JSON's terms, as `hookkit run --json` prints it."""
        return {name: value for name, value in super().to_json().items() if name not in {"folders", "golden"}}

    @property
    def ok(self) -> bool:
        """Whether the hook did what it was asked."""
        return self.exit_code == ExitCode.DONE

    def output(self, name: str | None = None) -> Path:
        """The folder of an output; of the only one where none is named.

        Raises:
            ValueError: the hook has no such output, or several and none is named.

        """
        if name is None and len(self.folders) == 1:
            return next(iter(self.folders.values()))
        if name is None or name not in self.folders:
            asked = "an output is to be named" if name is None else f"no output {shown(name)}"
            msg = f"{asked}: the hook has {', '.join(self.folders) or 'none'}"
            raise ValueError(msg)
        return self.folders[name]

    def assert_done(self) -> None:
        """Raise an AssertionError with all that is known where the hook failed."""
        if not self.ok:
            raise AssertionError(str(self))

    def assert_golden(self, folder: str | Path, *, compare: Mapping[str, Compare] | None = None) -> None:
        """Compare all outputs with a folder beside the test, byte for byte; `--update-golden` rewrites it.

        The folder holds what the platform's `--output` would: the files of the only output, or a folder an output.

        Args:
            folder: relative to the folder of the test.
            compare: for files that match a pattern (`"*.tif"`) a function of the file and the golden one, which raises
                an AssertionError or returns False where they differ too much. The first pattern that matches counts.

        """
        self.assert_done()
        self.golden.check(folder, self._tree(), compare or {})

    def _tree(self) -> dict[str, Path]:
        """Every file of the outputs, by its path in the folder that `--output` names."""
        if len(self.folders) == 1:
            return read_tree(self.output())
        trees = {name: read_tree(folder) for name, folder in self.folders.items()}
        return {f"{name}/{path}": file for name, tree in trees.items() for path, file in tree.items()}

    def __str__(self) -> str:
        """All that a failure has to say."""
        return "\n".join([self.summary, *self._last_words()])

    def __repr__(self) -> str:
        """On one line."""
        return f"<{': '.join(filter(None, (self._headline(), self.message)))}>"

    def _headline(self) -> str:
        return f"{self.hook}: {self.status} (exit code {self.exit_code}), engine {self.engine}"

    @property
    def summary(self) -> str:
        """How it ended, and what it did against the platform's rules; a line for each."""
        words = [f"  {line}" for line in self.message.splitlines()]
        refused = [f"  against the rule {one.rule!r}: {one}" for one in self.violations]
        return "\n".join([self._headline(), *words, *refused])

    def _last_words(self) -> Iterator[str]:
        if self.log:
            yield f"  the last of its log ({len(self.log):,} lines):"
            yield from (f"    {line}" for line in self.log[-_LAST_LINES:])
