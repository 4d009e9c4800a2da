"""The author's folder becomes the files of the code layer; secrets never, whatever their names lead to."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from hookkit.described import is_made
from hookkit.image.layer import LayerFile
from hookkit.project import Project

Reason = Literal["secret", "link", "unreadable", "not code"]

#: Names that tools give to files with secrets. A key in the wrong layer can't be called back.
_SECRETS: Final = (
    ".env",
    ".env.*",
    ".envrc",
    "*.env",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.kdbx",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    ".netrc",
    "_netrc",
    ".pypirc",
    ".pgpass",
    ".s3cfg",
    ".git-credentials",
    "credentials",
    "credentials.*",
    "*_credentials.json",
    "*-credentials.json",
    "client_secret*.json",
    "service[_-]account*.json",
    "secrets.*",
    "kubeconfig",
)
#: Modules may be called what they like: `credentials.py` reads credentials and holds none.
_NO_SECRETS: Final = ("*.py", "*.pyi")
#: The folders that Compose and Kubernetes have files of secrets in; a package of Python may be called so.
_SECRET_FOLDERS: Final = ("secrets", ".secrets")

#: Made from other files, or meant for other tools: nobody misses them.
_LITTER: Final = (".*", "__pycache__", "*.py[cod]", "*.egg-info", "*.dist-info", "node_modules", "*~", "*.swp")

_DATA: Final = "data of runs"
#: What lies beside the code of a project without `src`; below its packages these names are data like any other.
_NOT_CODE: Final[Mapping[str, tuple[str, ...]]] = {
    "tests": ("test", "tests", "test_*.py", "conftest.py"),
    _DATA: ("data", "in", "input", "inputs", "out", "out[-_0-9]*", "output", "outputs", "expected"),
    "what builds write": ("build", "dist", "*.tar"),
    "documentation": ("doc", "docs", "*.md", "*.rst", "LICENSE*", "LICENCE*", "NOTICE*", "CHANGELOG*", "README*"),
    "the project's own files": (
        "pyproject.toml",
        "*.lock",
        "pylock*.toml",
        "setup.py",
        "setup.cfg",
        "requirements*.txt",
        "MANIFEST.in",
        "tox.ini",
        "noxfile.py",
        "Makefile",
        "Dockerfile*",
        "*compose.y*ml",
    ),
}


#: What has a meaning in a pattern.
_WILD: Final = frozenset("*?[")


@dataclass(frozen=True)
class LeftOut:
    """Something that does not go into the image: its path below the project, the kind of reason, and words for it."""

    path: str
    reason: Reason
    words: str

    def __str__(self) -> str:
        return f"{self.path}: left out: {self.words}"


@dataclass(frozen=True)
class Code:
    """The files of the code layer and what was left out of it, each sorted by path."""

    files: tuple[LayerFile, ...]
    left_out: tuple[LeftOut, ...]


def select_code(project: Project) -> Code:
    """Choose what goes below `IMAGE_CODE`: all below `src`, or the packages and modules of a flat project.

    Caches and hidden files stay out without a word.
    """
    found = list(_walk(_Folder(project, project.code_root.resolve(), "")))
    files = sorted((one for one in found if isinstance(one, LayerFile)), key=lambda one: one.path)
    left_out = sorted((one for one in found if isinstance(one, LeftOut)), key=lambda one: one.path)
    return Code(tuple(files), tuple(left_out))


def code_digest(files: Iterable[LayerFile]) -> str:
    """A digest, in hex, of the names and contents of the code in an image: whether it changed since."""
    digest = hashlib.sha256()
    for file in files:
        content = file.source if isinstance(file.source, bytes) else file.source.read_bytes()
        digest.update(f"{file.path}\0{int(file.executable)}\0".encode(errors="surrogateescape"))
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def code_entries(project: Project) -> list[Path]:
    """The files and folders right below the code's root that go into the image, with what is taken of them."""
    top = _Folder(project, project.code_root.resolve(), "")
    real = {entry: Path(os.path.realpath(entry)) for entry in sorted(top.path.iterdir())}
    return [
        path for entry, path in real.items() if _left_out(top, entry, path) is None and not _is_litter(top, entry, path)
    ]


@dataclass(frozen=True)
class _Folder:
    """A folder on the way: its real path, its path in the layer, the real folders that it was reached through."""

    project: Project
    path: Path
    name: str
    chain: tuple[Path, ...] = ()

    @property
    def shown(self) -> str:
        """Its path below the project, with a slash at the end; "" for the project itself."""
        code_root = self.project.code_root.relative_to(self.project.root)
        return "".join(f"{part}/" for part in (*code_root.parts, *Path(self.name).parts))

    def below(self, name: str, path: Path) -> "_Folder":
        return _Folder(self.project, path, f"{self.name}{name}/", (*self.chain, self.path))


def _walk(folder: _Folder) -> Iterator[LayerFile | LeftOut]:
    try:
        entries = sorted(folder.path.iterdir())
    except OSError as error:
        yield LeftOut(folder.shown.rstrip("/"), "unreadable", f"can't be read: {error.strerror}")
        return
    for entry in entries:
        yield from _taken(folder, entry)


def _taken(folder: _Folder, entry: Path) -> Iterator[LayerFile | LeftOut]:
    """What an entry gives: a file, the files of a folder, a word about why not, or nothing."""
    path = Path(os.path.realpath(entry))  # Path.resolve raises where links lead in a circle
    left_out = _left_out(folder, entry, path)
    if left_out is not None:
        yield left_out
    elif _is_litter(folder, entry, path):
        return
    elif path.is_dir():
        yield from _walk(folder.below(entry.name, path))
    elif not os.access(path, os.R_OK):
        yield LeftOut(folder.shown + entry.name, "unreadable", "can't be read; mend its permissions")
    else:
        yield LayerFile(folder.name + entry.name, path, os.access(path, os.X_OK))


def _left_out(folder: _Folder, entry: Path, path: Path) -> LeftOut | None:
    """Why an entry is not taken, where the author should hear of it."""
    shown = folder.shown + entry.name
    # A link's own name may hide what it leads to.
    if any(_is_secret(name, path) for name in (entry.name, path.name)):
        return LeftOut(shown, "secret", "by its name it holds secrets, which never go into an image")
    if entry.is_symlink() and (words := _bad_link(folder, path)):
        return LeftOut(shown, "link", words)
    if not path.is_dir() and not path.is_file():
        return LeftOut(shown, "unreadable", "is neither a file nor a folder")
    if _is_flat(folder) and (kind := _not_code(path, entry.name)):
        return LeftOut(shown, "not code", f"{kind}, by its name")
    return None


def _bad_link(folder: _Folder, path: Path) -> str:
    if not path.exists():
        return f"it leads nowhere ({path.name})"
    if not path.is_relative_to(folder.project.root.resolve()):
        return "it leads out of the project; copy what it leads to"
    if path in (*folder.chain, folder.path):
        return "it leads back to a folder that it lies in"
    return ""


def _below(project: Project, path: Path) -> tuple[str, ...]:
    """The names on the way from the project to a real path."""
    root = project.root.resolve()
    return path.relative_to(root).parts if path.is_relative_to(root) else (path.name,)


def _is_secret(name: str, path: Path) -> bool:
    if path.is_dir():
        return _matches(name.lower(), _SECRET_FOLDERS) and not _is_package(path)
    return _matches(name.lower(), _SECRETS) and not _matches(name.lower(), _NO_SECRETS)


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").is_file()


def _is_litter(folder: _Folder, entry: Path, path: Path) -> bool:
    names = (entry.name, *_below(folder.project, path))
    return any(_matches(name, _LITTER) for name in names) or is_made(path)


def _is_flat(folder: _Folder) -> bool:
    """Whether it's the top of a project without `src`, where code lies among other things."""
    return not folder.name and folder.project.code_root == folder.project.root


def _not_code(path: Path, name: str) -> str:
    """What it is instead; a package of Python may be called like data."""
    kind = next((kind for kind, patterns in _NOT_CODE.items() if _matches(name, patterns)), "")
    return "" if kind == _DATA and _is_package(path) else kind


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return _sorted_out(patterns).match(name)


class _Names(NamedTuple):
    """Patterns of names by their kinds: most need no regular expression, each of which takes a while to compile."""

    literal: frozenset[str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    others: tuple[str, ...]

    def match(self, name: str) -> bool:
        """Whether one of them fits."""
        known = name in self.literal or name.startswith(self.starts) or name.endswith(self.ends)
        return known or any(fnmatchcase(name, pattern) for pattern in self.others)


@cache
def _sorted_out(patterns: tuple[str, ...]) -> _Names:
    literal = frozenset(one for one in patterns if not _WILD & {*one})
    starts = tuple(one[:-1] for one in patterns if one.endswith("*") and not _WILD & {*one[:-1]})
    ends = tuple(one[1:] for one in patterns if one.startswith("*") and not _WILD & {*one[1:]})
    known = {*literal, *(f"{one}*" for one in starts), *(f"*{one}" for one in ends)}
    return _Names(literal, starts, ends, tuple(one for one in patterns if one not in known))
