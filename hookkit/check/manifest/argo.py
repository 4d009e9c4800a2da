"""Manifests become what Argo's own command line says of them: `argo lint`, offline, where its author has it."""

import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from hookkit.check.finding import Finding, Place, Rule
from hookkit.check.manifest.files import SUFFIXES
from hookkit.errors import CallError, HookkitError, Problem

ARGO: Final = Rule(
    "AL001",
    "Argo's own lint accepts the manifest",
    "With `--argo`, `argo lint --offline` of the author's machine reads the manifests too: what it refuses, "
    "`argo submit` refuses. Of each document it names the first mistake alone.",
)

_PROGRAM: Final = "argo"
#: The same from Argo 3.5 to 4.1. `simple` is a line a finding: the file, a colon, and what is wrong.
_COMMAND: Final = ("lint", "--offline", "--no-color", "--output", "simple")
#: Seconds; Argo reads a thousand manifests in a few.
_PATIENCE: Final = 120.0
#: What makes Argo look at no file at all, in its words, whatever stands before them.
_REFUSALS: Final = re.compile(
    r"failed to parse YAML from file (?P<file>.+?\.(?:yaml|yml|json)): (?P<unread>.+)"
    r"|(?P<twice>duplicate \w+ found: .+)"
    r"|(?P<nothing>found nothing to lint)"
)

#: Files that belong together: the full name of each, and the one that the user has for it.
_Group = Mapping[str, str]


def ask_argo(files: Sequence[Path], *, patience: float = _PATIENCE) -> list[Finding]:
    """What Argo's lint finds in files that may refer to each other; it knows no lines.

    Args:
        files: manifests; Argo reads those with a usual suffix.
        patience: seconds that each of Argo's answers may take.

    Raises:
        CallError: there is no `argo` on PATH.
        HookkitError: `argo` gave no answer, or none of its lint's.

    """
    program = shutil.which(_PROGRAM)
    if program is None:
        remedy = "install the command line of Argo Workflows, or leave out --argo"
        raise CallError(Problem("--argo", f"there is no program {_PROGRAM} on PATH", remedy))
    readable = {str(file.absolute()): str(file) for file in files if file.suffix in SUFFIXES}
    return [*_passed_over(files), *_ask(program, readable, patience)]


def _passed_over(files: Sequence[Path]) -> Iterator[Finding]:
    """Argo says nothing of files with other names."""
    for file in files:
        if file.suffix not in SUFFIXES:
            what = "Argo does not look into a file of this name"
            yield Finding(ARGO, Place(str(file)), what, f"let it end in {' or '.join(SUFFIXES)}")


def _ask(program: str, files: _Group, patience: float) -> Iterator[Finding]:
    """Ask until Argo has looked at every file, or has said why it can't."""
    waiting = deque([files] if files else [])
    while waiting:
        group = waiting.popleft()
        done = _run([program, *_COMMAND, *group], patience)
        if done.returncode == 0:
            continue
        if found := list(_findings(done.stdout, group)):
            yield from found
        else:
            refusal, others = _refusal(done, group)
            yield from refusal
            waiting.extend(others)


def _refusal(done: subprocess.CompletedProcess[str], group: _Group) -> tuple[list[Finding], list[_Group]]:
    """Why Argo looked at nothing, and whom to ask about next."""
    refusal = _REFUSALS.search(done.stdout) or _REFUSALS.search(done.stderr)
    if refusal is None:
        last_line = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise _failed(f"ended with exit code {done.returncode}: {last_line}")
    file = refusal["file"] if len(group) > 1 else next(iter(group))
    if file not in group:  # Two of one name, which no namespace takes: the files don't belong together.
        return [], [{one: name} for one, name in group.items()]
    rest = {one: name for one, name in group.items() if one != file}
    return [_finding(group[file], refusal[refusal.lastgroup or 0])], [rest] if rest else []


def _findings(output: str, group: _Group) -> Iterator[Finding]:
    """A finding a line; a line that starts with no file goes on with what the one before says."""
    said: list[tuple[str, list[str]]] = []
    for line in output.splitlines():
        file = next((one for one in group if line.startswith(f"{one}: ")), None)
        if file:
            said.append((group[file], [line.removeprefix(f"{file}: ")]))
        elif said:
            said[-1][1].append(line)
    return (_finding(name, "\n".join(lines)) for name, lines in said)


def _finding(name: str, words: str) -> Finding:
    return Finding(ARGO, Place(name), f"Argo says: {' '.join(words.split())}", "")


def _run(command: list[str], patience: float) -> subprocess.CompletedProcess[str]:
    # Offline, Argo needs nothing of what its user has set for it: no server, no token.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ARGO_")}
    try:
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"gave no answer within {patience:g} s") from None
    except OSError as error:
        raise _failed(f"can't be started: {error.strerror}") from error


def _failed(what: str) -> HookkitError:
    return HookkitError(Problem("argo lint", what, "try it by hand: argo lint --offline FILE"))
