"""Calls that read and write files become Accesses."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from hookkit.check.project.literals import Known, Start, known
from hookkit.check.project.module import Module
from hookkit.check.project.openers import METHODS, OPENERS, WRITERS, Mode, Opener


@dataclass(frozen=True)
class Access:
    """A path that is known, at least how it starts, and what is done to it."""

    known: Known
    mode: Mode
    node: ast.Call


class Touch(NamedTuple):
    """An expression that a call takes for a path, and what is done to the file.

    Attributes:
        owner: what has to be a Path so that this is so: a text has a `replace`, too; None where nothing has to.

    """

    node: ast.expr
    mode: Mode
    call: ast.Call
    owner: ast.expr | None = None


def accesses(module: Module) -> Iterator[Access]:
    """What a module does to files whose path it knows, each path once: by the worst that is done to it."""
    worst: dict[tuple[int, str], Access] = {}
    for one in _all(module):
        # What starts at the code's own place starts at the same node everywhere.
        key = (id(one.known.origin), one.known.text if one.known.start is Start.CODE else "")
        if key not in worst or worst[key].mode < one.mode:
            worst[key] = one
    yield from worst.values()


def _all(module: Module) -> Iterator[Access]:
    for touch in touches(module):
        owner = known(module, touch.owner)
        path = known(module, touch.node) if touch.owner is None or (owner and owner.is_path) else None
        if path:
            yield Access(path, touch.mode, touch.call)


def touches(module: Module) -> Iterator[Touch]:
    """What a module does to files, by paths that are known or not."""
    for call, name in module.calls:
        if opener := OPENERS.get(name):
            yield from _opened(module, call, name, opener)
        elif isinstance(call.func, ast.Attribute):
            yield from _by_method(module, call, call.func)


def _opened(module: Module, call: ast.Call, name: str, opener: Opener) -> Iterator[Touch]:
    named = dict(opener.keywords)
    arguments = [(call.args[number], mode) for number, mode in opener.places if number < len(call.args)]
    arguments += [(one.value, named[one.arg]) for one in call.keywords if one.arg in named]
    for node, mode in arguments:
        yield Touch(node, _moded(module, call, name, opener.mode_at) if opener.mode_at > 0 else mode, call)


def _moded(module: Module, call: ast.Call, name: str, at: int) -> Mode:
    """Whether a call that is told so writes; where nobody knows what it is told, it only names the file."""
    node = next((one.value for one in call.keywords if one.arg in {"mode", "flags"}), None)
    node = call.args[at] if node is None and at < len(call.args) else node
    if node is None:
        return Mode.READ
    if name == "os.open":
        flags = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
        return Mode.WRITE if flags & {"O_WRONLY", "O_RDWR", "O_CREAT", "O_APPEND"} else Mode.READ
    mode = known(module, node)
    if mode is None or not mode.whole:
        return Mode.NAMED
    return Mode.WRITE if set("wax+") & set(mode.text.partition(":")[0]) else Mode.READ


def _by_method(module: Module, call: ast.Call, function: ast.Attribute) -> Iterator[Touch]:
    method, owner = function.attr, function.value
    if method in WRITERS and call.args:
        yield Touch(call.args[0], Mode.WRITE, call)
    if method not in METHODS:
        return
    yield Touch(owner, _moded(module, call, method, 0) if method == "open" else METHODS[method], call, owner)
    if method in {"rename", "replace"} and call.args:
        yield Touch(call.args[0], Mode.WRITE, call, owner)
