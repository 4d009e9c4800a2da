"""A hook's module becomes all modules of the project that it leads to, by its imports."""

import ast
import io
import subprocess
import sys
import tokenize
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hookkit.check.finding import Finding, Place, Rule, Severity
from hookkit.check.project.module import Module, parse
from hookkit.check.project.naming import absolute
from hookkit.errors import HookkitError
from hookkit.project import Project, find_python

SYNTAX: Final = Rule("PY101", "a module is Python", "It can't be imported.")
UNREADABLE: Final = Rule("PY102", "a module is a text", "It can't be imported.")
NEWER: Final = Rule(
    "PY103",
    "a module is Python of the version that hookkit runs with",
    "The hook's own Python takes what the Python of the author's tools does not know: it was not checked.",
    Severity.WARNING,
)
RULES: Final = (SYNTAX, UNREADABLE, NEWER)

_COMPILE: Final = "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec')"
_PATIENCE: Final = 30.0


@dataclass(frozen=True)
class Sources:
    """What was read so far.

    Attributes:
        modules: by their names, in the order that they were reached.
        findings: why others could not be read.
        texts: the lines of those, by the name that is shown.

    """

    modules: dict[str, Module] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)


def find_module(root: Path, name: str) -> Path | None:
    """The file of a module below an import root."""
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    base = root.joinpath(*name.split("."))
    return next((one for one in (base / "__init__.py", base.with_name(f"{base.name}.py")) if one.is_file()), None)


def read_modules(project: Project, names: tuple[str, ...], here: Path) -> Sources:
    """Read modules and all of the project's that they import, in turn.

    Args:
        project: the modules lie below its code.
        names: of the modules to start with.
        here: what names of files are shown relative to.

    """
    sources = Sources()
    waiting, seen = deque(names), set(names)
    while waiting:
        name = waiting.popleft()
        path = find_module(project.code_root, name)
        module = _read(project, name, path, here, sources) if path else None
        for imported in imported_modules(module) if module else ():
            if imported not in seen:
                seen.add(imported)
                waiting.append(imported)
    return sources


def _read(project: Project, name: str, path: Path, here: Path, sources: Sources) -> Module | None:
    """Read a module into the sources; None where it can't be, which is a finding."""
    shown = str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
    try:
        text = decoded(path.read_bytes())
        sources.modules[name] = Module(name, path, shown, text, parse(text, shown))
        return sources.modules[name]
    except SyntaxError as error:
        sources.findings.append(_newer(shown) if _takes(project, path) else _no_python(error, shown))
        sources.texts[shown] = _lines(path)
    except (OSError, UnicodeDecodeError) as error:
        sources.findings.append(Finding(UNREADABLE, Place(shown), f"can't be read: {_words(error)}", "mend the file"))
    return None


def decoded(content: bytes) -> str:
    """The text of a module, by the encoding that its first lines name.

    Raises:
        SyntaxError: it names none that exists.
        UnicodeDecodeError: it is not of that encoding.

    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    text = content.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except OSError:
        return []


def _takes(project: Project, path: Path) -> bool:
    """Whether the hook's Python, where it is not that of hookkit, knows better."""
    with suppress(HookkitError, OSError, subprocess.SubprocessError):
        python = find_python(project).executable
        command = [str(python), "-I", "-S", "-W", "ignore", "-c", _COMPILE, str(path)]
        if python != Path(sys.executable):
            return subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False).returncode == 0
    return False


def _newer(shown: str) -> Finding:
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    what = f"the module is written for a later Python than {mine}, which runs hookkit: it was not checked"
    return Finding(NEWER, Place(shown), what, "install hookkit[cli] into a Python like the hook's")


def _no_python(error: SyntaxError, shown: str) -> Finding:
    place = Place(shown, error.lineno or 0, max(error.offset or 0, 1) if error.lineno else 0)
    return Finding(SYNTAX, place, f"is no Python: {error.msg}", "mend the line, or the one above it")


def _words(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def imported_modules(module: Module) -> Iterator[str]:
    """Every module that an import of this one may mean, and the packages that they lie in."""
    for name in _names(module):
        parts = name.split(".")
        yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _names(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = absolute(module.package, node.level, node.module or "")
            if start:
                yield start
                yield from (f"{start}.{one.name}" for one in node.names if one.name != "*")


def reached_from(start: str, modules: Mapping[str, Module]) -> frozenset[str]:
    """The names of the modules that one leads to, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        module = modules.get(waiting.pop())
        fresh = {one for one in imported_modules(module) if one in modules} - found if module else set()
        found |= fresh
        waiting += fresh
    return frozenset(found)
