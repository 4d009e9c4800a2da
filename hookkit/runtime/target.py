"""`package.module[:function]` becomes the function and its HookSpec; the author's module is imported here alone."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from hookkit.authoring import spec_of
from hookkit.datatypes import did_you_mean
from hookkit.errors import HookImportError, HookkitError, Problem, TargetError, shown
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from traceback import TracebackException

_HERE: Final = str(Path(__file__).parent.parent) + "/"


def find_hook(target: str) -> tuple[Callable[..., Any], HookSpec]:
    """Import a target's module and find its hook: the one named, or the only one in the module.

    Raises:
        TargetError: no such module or function, no hook, or several of them and none named.
        SignatureError: a function can't be a hook as it is written.
        HookImportError: the module raised while it was imported.

    """
    module_name, _, function_name = target.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), function_name or "_")):
        raise TargetError(Problem(shown(target), "is no hook's name", "write package.module:function"))
    hooks = hooks_of(import_module(module_name, target))
    if not hooks:
        raise TargetError(Problem(module_name, "has no hook", "decorate a function with @hook"))
    if function_name:
        if function_name not in hooks:
            remedy = did_you_mean(function_name, hooks).removeprefix("; ") or f"it has {', '.join(hooks)}"
            raise TargetError(Problem(target, "no such hook", remedy))
        return hooks[function_name]
    if len(hooks) > 1:
        choices = " or ".join(f"{module_name}:{name}" for name in hooks)
        raise TargetError(Problem(module_name, f"has {len(hooks)} hooks and none is named", f"name one: {choices}"))
    return next(iter(hooks.values()))


def hooks_of(module: ModuleType) -> dict[str, tuple[Callable[..., Any], HookSpec]]:
    """The hooks that a module itself defines, by their function's name (imported ones belong to their own module)."""
    return {
        spec.entry_point.function: (value, spec)
        for value in list(vars(module).values())  # a lazy import may add to them while they are looked at
        if (spec := spec_of(value)) and spec.entry_point.module == module.__name__
    }


def import_module(name: str, target: str) -> ModuleType:
    """Import the author's module; what it raises is theirs and comes back as HookImportError with their traceback."""
    try:
        return importlib.import_module(name)
    except HookkitError:
        raise
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise TargetError(_no_such_module(name, target)) from None
        raise _import_error(name, error) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the author's module raises is reported
        raise _import_error(name, error) from None


def _no_such_module(name: str, target: str) -> Problem:
    return Problem(target, f"no module named {name!r}", "name it as package.module or package.module:function")


def _import_error(name: str, error: BaseException) -> HookImportError:
    last, *rest = reversed(authors_traceback(error))
    problem = Problem(name, f"does not import: {last.strip()}", "mend the module")
    return HookImportError(problem, "".join(reversed(rest)))


def authors_traceback(error: BaseException) -> list[str]:
    """The lines of a traceback without the frames of hookkit and of the import machinery."""
    import traceback

    lines = traceback.TracebackException.from_exception(error, compact=True)
    for part in _with_causes(lines):
        part.stack = traceback.StackSummary.from_list([one for one in part.stack if not _is_ours(one.filename)])
    return list(lines.format())


def _with_causes(lines: "TracebackException | None") -> "Iterator[TracebackException]":
    """A traceback, those of what it came from, and those of an exception group's members."""
    if lines:
        yield lines
        for part in (lines.__cause__, lines.__context__, *(lines.exceptions or ())):
            yield from _with_causes(part)


def _is_ours(filename: str) -> bool:
    return filename.startswith((_HERE, "<frozen importlib", importlib.__file__))
