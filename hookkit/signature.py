"""A function becomes what its code says of it: its name, its parameters with their defaults, its docstring."""

from collections.abc import Callable
from types import FunctionType
from typing import Any, Final

from hookkit.errors import shown
from hookkit.record import Record


class Empty:
    """No default, no annotation."""


class Parameter(Record):
    """A parameter of a function, its annotation resolved."""

    name: str
    annotation: Any = Empty
    default: Any = Empty
    #: Why no hook can have it; "" where it can.
    unfit: str = ""


def name_of(function: Any) -> str:
    """`module:function` of what `@hook` was given, which a mistake may have made anything."""
    if callable(function):
        return f"{getattr(function, '__module__', '')}:{getattr(function, '__qualname__', shown(function))}"
    return f"@hook({shown(function)})"


def unwrapped(function: Any) -> Any:
    """The function below decorators that say what they wrap, as `functools.wraps` does."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


# inspect would read all this, and costs a third of a hook's start-up: the flags are those of its documentation.
_VARARGS, _VARKEYWORDS, _GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x04, 0x08, 0x20, 0x80, 0x200
_NO_PLAIN_FUNCTION: Final = _GENERATOR | _COROUTINE | _ASYNC_GENERATOR


def is_plain(function: Any) -> bool:
    """Whether it is a function of Python's that runs when it is called, and returns when it is done."""
    return isinstance(function, FunctionType) and not function.__code__.co_flags & _NO_PLAIN_FUNCTION


def read_parameters(function: FunctionType) -> list[Parameter]:
    """Names and defaults of a function's parameters, from its code object."""
    code = function.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames[:count]
    positional, defaults = names[: code.co_argcount], function.__defaults__ or ()
    given = dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True))
    given |= function.__kwdefaults__ or {}
    unfit = dict.fromkeys(names[: code.co_posonlyargcount], "is positional-only")
    rest = iter(code.co_varnames[count:])
    for flag, what in ((_VARARGS, "takes any number of arguments"), (_VARKEYWORDS, "takes any keyword")):
        if code.co_flags & flag:
            unfit[next(rest)] = what
    return [
        Parameter(name, default=given.get(name, Empty), unfit=unfit.get(name, ""))
        for name in dict.fromkeys((*names, *unfit))
    ]


def read_docstring(function: Callable[..., Any]) -> str:
    """The docstring without the indentation of its lines after the first (PEP 257)."""
    first, _, rest = (function.__doc__ or "").expandtabs().partition("\n")
    if not rest.strip():
        return first.strip()
    from textwrap import dedent

    return f"{first.strip()}\n{dedent(rest)}".strip()
