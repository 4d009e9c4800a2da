"""The text of an author's tests becomes a verdict: `hookkit test` on a project that has them."""

import re
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from realparts.desk import hookkit, write_project

#: What every test module of an author starts with.
HEADER = """
import os, sys, time
from datetime import date, timedelta
from enum import Enum
from pathlib import Path

import pytest
from hookkit import Secret
from hookkit.testing import HookReport, RunHook

"""


class Verdict(NamedTuple):
    """How pytest ended, what it printed, and how many tests ended how: `{"passed": 2, "error": 1}`."""

    exit_code: int
    text: str
    counts: dict[str, int]


def project_with_tests(folder: Path, hook: str, tests: str, name: str = "my_hook") -> Path:
    """A project with a hook of that name, and with tests of it in `tests/test_it.py`."""
    project = write_project(folder, hook, f'hook = "{name}"')
    (project / "tests").mkdir()
    (project / "tests" / "test_it.py").write_text(HEADER + dedent(tests))
    return project


def hookkit_test(project: Path, *arguments: str, **variables: str) -> Verdict:
    """Run `hookkit test` in a project."""
    done = hookkit(project, "test", "-p", "no:cacheprovider", *arguments, **temporary_folder(project), **variables)
    return verdict_of(done)


def temporary_folder(project: Path) -> dict[str, str]:
    """The variable that gives a project's tests a temporary folder of their own: pytest tidies up in a shared one."""
    folder = project.with_name(f"{project.name}-temporary")
    folder.mkdir(exist_ok=True)
    return {"PYTEST_DEBUG_TEMPROOT": str(folder)}


def verdict_of(done: subprocess.CompletedProcess[str]) -> Verdict:
    """What pytest said at its end."""
    text = done.stdout + done.stderr
    last = next(reversed(done.stdout.splitlines()), "")
    counts = re.findall(r"(\d+) (passed|failed|error|skipped|deselected|warning)", last)
    return Verdict(done.returncode, text, {word: int(number) for number, word in counts})
