"""DE: what the code imports, and what the project depends on."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.module import Module
from hookkit.check.project.packages import (
    Installed,
    Provided,
    closure,
    in_uv_lock,
    installed,
    name_of,
    python_version,
)
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.check.project.versions import allows
from hookkit.errors import HookkitError
from hookkit.image.lock import LOCK, UV_LOCK, read_lock
from hookkit.image.python.requirements import canonical_name
from hookkit.project import find_python

#: Packages that are imported by another name than their own.
_DIFFERENT: Final[Mapping[str, tuple[str, ...]]] = {
    "Crypto": ("pycryptodome",),
    "OpenSSL": ("pyopenssl",),
    "PIL": ("pillow",),
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "cartopy": ("cartopy",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"),
    "dateutil": ("python-dateutil",),
    "dotenv": ("python-dotenv",),
    "ee": ("earthengine-api",),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "jwt": ("pyjwt",),
    "magic": ("python-magic",),
    "mpl_toolkits": ("matplotlib", "basemap"),
    "netCDF4": ("netcdf4",),
    "osgeo": ("gdal",),
    "gdal": ("gdal",),
    "pkg_resources": ("setuptools",),
    "pylab": ("matplotlib",),
    "rio_cogeo": ("rio-cogeo",),
    "serial": ("pyserial",),
    "shapefile": ("pyshp",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "snappy": ("python-snappy", "esa-snappy"),
    "usb": ("pyusb",),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}
_INSTALLS: Final = re.compile(
    r"\b(pip3?|uv|conda|mamba|micromamba|poetry|pdm|pixi|apt|apt-get)\b.*\b(install|sync|add)\b"
)


# ---------------------------------------------------------------- what the code imports


def _foreign(subject: Subject) -> Iterator[tuple[Module, ast.stmt, str]]:
    """The imports that neither Python nor the project nor hookkit answers, each package once a module."""
    for module in subject.modules:
        guarded = {id(one) for one in _guarded(module)}
        seen: set[str] = set()
        for node in module.nodes:
            if not isinstance(node, ast.Import | ast.ImportFrom) or id(node) in guarded:
                continue
            for name in _tops(node):
                if name not in seen and not _is_own(subject, name):
                    seen.add(name)
                    yield module, node, name


def _tops(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name.partition(".")[0] for one in node.names]
    return [] if node.level or not node.module else [node.module.partition(".")[0]]


def _is_own(subject: Subject, name: str) -> bool:
    if name in _standard():
        return True
    root = subject.project.code_root
    return (root / name).is_dir() or any(root.glob(f"{_escaped(name)}.*"))


def _escaped(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _standard() -> frozenset[str]:
    return Installed().standard | {"hookkit"}


def _guarded(module: Module) -> Iterator[ast.AST]:
    """Imports that may fail: inside of `try` with a handler for that, or of `suppress(ImportError)`."""
    for node in module.nodes:
        if isinstance(node, ast.Try) and any(_takes_failures(one.type) for one in node.handlers):
            yield from (inner for statement in node.body for inner in ast.walk(statement))
            yield from (inner for one in node.handlers for inner in ast.walk(one))
        elif isinstance(node, ast.With) and any("Import" in ast.unparse(one.context_expr) for one in node.items):
            yield from ast.walk(node)


def _takes_failures(kind: ast.expr | None) -> bool:
    members = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    names = {one.id for one in members if isinstance(one, ast.Name)}
    return kind is None or bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


# ---------------------------------------------------------------- what brings them


def _unnamed(subject: Subject) -> Iterator[tuple[Module, ast.stmt, str, bool]]:
    """The imports that no dependency brings, and whether that is sure."""
    imports = list(_foreign(subject))
    if not imports or (subject.pyproject.is_dynamic and not (subject.project.root / UV_LOCK).is_file()):
        return
    there = installed(subject.project, subject.cache)
    provided = _provided(subject, there)
    unseen = provided.names - there.requires.keys()
    brought_otherwise = any(_INSTALLS.search(one.text) for one in subject.dockerfiles)
    for module, node, name in imports:
        packages = there.imports.get(name, frozenset()) | {*_DIFFERENT.get(name, ()), canonical_name(name)}
        if name in there.standard or packages & provided.names:
            continue
        is_known = name in there.imports or name in _DIFFERENT or not unseen
        yield module, node, name, provided.is_all and is_known and not brought_otherwise


def _provided(subject: Subject, there: Installed) -> Provided:
    """What the image gets: by a lock, else by what installed packages say that they need."""
    asked = [one for one in subject.project.dependencies if name_of(one) != "hookkit"]
    try:
        uv_lock = subject.project.root / UV_LOCK
        if uv_lock.is_file():
            return in_uv_lock(uv_lock.read_text(encoding="utf-8"), subject.project.name, asked)
        locked = read_lock(subject.project).python
        if locked:
            names = {name_of(one.requirement) for one in locked.requirements}
            return Provided(frozenset(names | set(map(name_of, asked))), is_all=True)
    except (HookkitError, OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # a lock that is damaged is the build's to complain about
    return closure(asked, there.requires)


def _outside(subject: Subject) -> Flaws:
    for module, node, name, is_sure in _unnamed(subject):
        if is_sure:
            what = f"{name} is imported, and no dependency of the project brings it"
            yield Flaw(module.place(node), what, f"add {_likely(name)} to [project] dependencies")


def _perhaps_outside(subject: Subject) -> Flaws:
    for module, node, name, is_sure in _unnamed(subject):
        if not is_sure:
            what = f"{name} is imported, and no dependency of the project is known to bring it"
            yield Flaw(
                module.place(node), what, f"add {_likely(name)} to [project] dependencies, or run `hookkit lock`"
            )


def _likely(name: str) -> str:
    return _DIFFERENT.get(name, (canonical_name(name),))[0]


def _desk(subject: Subject) -> Flaws:
    from hookkit.bundle import runtime_files

    names = {one.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for one in runtime_files()}
    for module in subject.modules:
        for node in module.nodes:
            for name in _of_hookkit(node):
                if name not in names and name.rpartition(".")[0] not in {*names} - {"hookkit"}:
                    what = f"{name} is of hookkit's command line, which no container has"
                    yield Flaw(module.place(node), what, "import what `hookkit` itself exports")


def _of_hookkit(node: ast.AST) -> Iterator[str]:
    """The modules of hookkit that an import may mean."""
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names if one.name.startswith("hookkit."))
    elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("hookkit."):
        yield node.module or ""


# ---------------------------------------------------------------- the project


def _excluded_python(subject: Subject) -> Flaws:
    wanted = subject.pyproject.requires_python
    version = python_version(subject.project, subject.cache) if wanted else ""
    if version and not allows(wanted, version):
        reason = find_python(subject.project).reason
        what = f"{wanted!r} excludes Python {version}, which the hook runs with ({reason})"
        yield Flaw(subject.pyproject.place("requires-python"), what, "mend it, or make that environment anew")


def _unlocked(subject: Subject) -> Flaws:
    asked = [one for one in subject.project.dependencies if name_of(one) != "hookkit"]
    root = subject.project.root
    if asked and not any((root / name).is_file() for name in (LOCK, UV_LOCK)):
        what = f"nothing pins the {len(asked)} dependencies: another build may get other versions"
        what = what if len(asked) > 1 else "nothing pins the dependency: another build may get another version"
        yield Flaw(subject.pyproject.place("dependencies"), what, f"run `hookkit lock`, and keep {LOCK} in git")


FAMILY: Final[Family] = (
    (
        Rule(
            "DE101",
            "what the code imports is among the dependencies",
            "The image has Python, hookkit's runtime, the project's code and locked dependencies, and nothing else.",
        ),
        _outside,
    ),
    (
        Rule(
            "DE102",
            "what the code imports is known to be among the dependencies",
            "As DE101, where it can't be told for sure: nothing is locked, or the hook's Python lacks the packages.",
            Severity.WARNING,
        ),
        _perhaps_outside,
    ),
    (Rule("DE103", "of hookkit, code imports what the container has", "The command line stays at the desk."), _desk),
    (
        Rule("DE104", "`requires-python` allows the hook's Python", "The image is built for that one."),
        _excluded_python,
    ),
    (
        Rule("DE105", "dependencies are locked", "No build can be repeated.", Severity.WARNING),
        _unlocked,
    ),
)
