"""A module's hooks become what they declare: the runtime reads their skeleton; if it can't, their own Python does."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from hookkit.bundle import package_state, runtime_path
from hookkit.cache import Cache, CacheError
from hookkit.check.finding import Finding, Place, Rule, Severity
from hookkit.check.project.decorated import find_hooks
from hookkit.check.project.module import Module
from hookkit.check.project.rules import Hook
from hookkit.check.project.skeleton import Skeleton, build_skeleton
from hookkit.described import describe_once
from hookkit.errors import HookkitError
from hookkit.project import Project
from hookkit.spec import HookSpec

SIGNATURE: Final = Rule(
    "SG101",
    "the function can be a hook as it is written",
    "Types, names and bounds of its parameters, what it returns, what `@hook(...)` is given: the runtime refuses it.",
)
NOT_CHECKED: Final = Rule(
    "SG102",
    "what the signature needs is there",
    "A type or default of a library is read by the hook's own Python, which lacks it: the signature was not checked, "
    "nor what follows from it.",
    Severity.WARNING,
)
NO_IMPORT: Final = Rule("SG103", "the hook's module can be imported", "The hook can't start.")
RULES: Final = (SIGNATURE, NOT_CHECKED, NO_IMPORT)

_KIND: Final = "skeleton"
_WORKER: Final = Path(__file__).with_name("skeleton_worker.py")
#: Seconds; a signature is read in a twentieth of one.
_PATIENCE: Final = 30.0

Answer = Mapping[str, Any]


class Reader(Protocol):
    """Who says what hooks declare."""

    def skeleton(self, skeleton: Skeleton, target: str) -> Answer:
        """What the hooks of a skeleton declare, as `skeleton_worker` says it."""

    def whole(self, target: str) -> HookSpec:
        """What a hook declares, by its own Python; HookkitError where that can't say."""


@dataclass(frozen=True)
class RealReader:
    """Asks once for the same sources."""

    project: Project
    cache: Cache

    def skeleton(self, skeleton: Skeleton, target: str) -> Answer:
        key = hashlib.sha256(package_state().encode())
        for name, (module, _) in sorted(skeleton.modules.items()):
            key.update(f"\0{target}\0{name}\0{module.path}\0{module.text}".encode(errors="replace"))
        known: Answer | None = self.cache.fact(_KIND, key.hexdigest())
        if known is None:
            known = _ask(skeleton, target)
            with suppress(CacheError):
                self.cache.remember(_KIND, key.hexdigest(), known)
        return known

    def whole(self, target: str) -> HookSpec:
        return describe_once(self.project, target, self.cache)


def _ask(skeleton: Skeleton, target: str) -> Answer:
    """Have the skeleton run by the runtime, in a process that has no library on its path."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", str(_WORKER), str(runtime_path())],
            input=skeleton.dumped(target),
            env={"PATH": os.environ.get("PATH", "")},
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        answer: Answer = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return {"hooks": {}, "error": {"type": type(error).__name__, "message": str(error), "name": None, "line": 0}}
    return answer


def declare(
    module: Module, modules: Mapping[str, Module], wanted: str, reader: Reader
) -> tuple[list[Hook], list[Finding]]:
    """The hooks of a module with what they declare, and what is wrong with that.

    Args:
        wanted: the name of the only one that is looked at; "" for all.
        reader: who says what they declare.

    """
    hooks, findings = [], []
    skeleton = build_skeleton(module, modules)
    answer: Answer = {"hooks": {}, "error": None} if skeleton.foreign else reader.skeleton(skeleton, module.name)
    for name, (function, decorator) in find_hooks(module).items():
        if wanted and name != wanted:
            continue
        bare = Hook(module, function, None, decorator)
        spec, found = _declared(bare, answer, skeleton, reader)
        hooks.append(Hook(module, function, spec, decorator))
        findings += found
    return hooks, findings


def _declared(hook: Hook, answer: Answer, skeleton: Skeleton, reader: Reader) -> tuple[HookSpec | None, list[Finding]]:
    said = answer["hooks"].get(hook.function.name, {})
    if problems := said.get("problems"):
        if not any(_is_ours(what, hook.module) for _, what, _ in problems):
            return None, [_problem(hook, *problem) for problem in problems]
    elif "spec" in said:
        with suppress(ValueError):
            return HookSpec.from_json(said["spec"]), []
    elif (error := answer["error"]) and _is_undefined(error, hook.module):
        place = Place(hook.module.shown, error["line"], 1) if error["line"] else hook.name_place()
        what = f"does not import: {error['type']}: {error['message']}"
        return None, [Finding(NO_IMPORT, place, what, "import or define it above")]
    return _by_its_own_python(hook, skeleton, reader)


def _is_ours(what: str, module: Module) -> bool:
    """Whether a name is missing for the skeleton alone: another part of the module may make it."""
    match = re.match(r"name '(\w+)' is not defined", what)
    return match is not None and _may_bind(module, match[1])


def _is_undefined(error: Mapping[str, Any], module: Module) -> bool:
    return error["type"] == "NameError" and bool(error["name"]) and not _may_bind(module, error["name"])


def _may_bind(module: Module, name: str) -> bool:
    aliases = module.aliases
    return name in aliases.imported or name in aliases.bound or "*" in aliases.imported


# ---------------------------------------------------------------- words of the reader of signatures

_KEYWORD: Final = re.compile(r"(\w+)[:=]|takes no '(\w+)'")


def _problem(hook: Hook, where: str, what: str, remedy: str) -> Finding:
    match = re.search(r"\((\w+)\)$", where)
    if match:
        return Finding(SIGNATURE, hook.place(match[1]), what, remedy)
    keyword = _KEYWORD.match(what)
    name = (keyword[1] or keyword[2]) if keyword else "name" if what.endswith("can't name a hook") else ""
    value = hook.keywords.get(name)
    place = hook.module.place(value, hook.function.name) if value else hook.name_place(hook.function.name)
    return Finding(SIGNATURE, place, what, remedy)


def _by_its_own_python(hook: Hook, skeleton: Skeleton, reader: Reader) -> tuple[HookSpec | None, list[Finding]]:
    target = f"{hook.module.name}:{hook.function.name}"
    try:
        return reader.whole(target), []
    except HookkitError as error:
        return None, list(_told(hook, target, str(error), skeleton))


_ENVIRONMENT: Final = re.compile(r"\b(ModuleNotFoundError|ImportError|OSError): |does not run a hook: |is no program")
_TRACE: Final = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')


def _told(hook: Hook, target: str, words: str, skeleton: Skeleton) -> Iterator[Finding]:
    """What the hook's Python says of a hook."""
    said = [line for line in words.splitlines() if line.startswith((target, "@hook"))]
    if said and "does not import" not in words:
        for line in said:
            where, _, rest = line.partition(": ")
            what, _, remedy = rest.partition("; ")
            yield _problem(hook, where, what, remedy)
        return
    last = next(iter(words.splitlines()), "it says nothing")
    if _ENVIRONMENT.search(words):
        needs = f", which needs {', '.join(sorted(skeleton.foreign))}" if skeleton.foreign else ""
        reason = last.partition("does not import: ")[2] or last
        what = f"the signature was not checked{needs}: {reason.partition('; ')[0]}"
        remedy = "install the project's dependencies into the hook's Python"
        yield Finding(NOT_CHECKED, hook.name_place(hook.function.name), what, remedy)
        return
    yield Finding(NO_IMPORT, _traced(hook, words), last.removeprefix(f"{hook.module.name}: "), "mend the module")


def _traced(hook: Hook, words: str) -> Place:
    lines = [int(one["line"]) for one in _TRACE.finditer(words) if one["file"] == str(hook.module.path)]
    return Place(hook.module.shown, lines[-1], 1) if lines else hook.name_place()
