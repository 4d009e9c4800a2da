"""Record: a frozen value class for the container side, at next to no cost when it starts.

`dataclasses` would do, but it imports `inspect` and compiles six functions a class: a third of a hook's start-up.
Type checkers read a Record as a frozen dataclass.
"""

from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """Base of frozen values: fields from annotations, defaults from class attributes; eq, hash, repr, `replace`.

    Fields named in `_unequal` count neither for equality nor for the hash.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _unequal: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        own = [name for name in cls.__annotations__ if not name.startswith("_")]
        cls._fields = (*cls._fields, *own)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        cls = type(self)
        values = dict(zip(cls._fields, args, strict=False))
        if len(args) > len(cls._fields) or not values.keys().isdisjoint(kwargs) or kwargs.keys() - set(cls._fields):
            msg = f"{cls.__name__} takes {', '.join(cls._fields)}; got {len(args)} values and {', '.join(kwargs)}"
            raise TypeError(msg)
        values |= kwargs
        own = self.__dict__  # filled in the fields' order: JSON then never depends on how a value was spelled
        for name in cls._fields:
            if name not in values and not hasattr(cls, name):
                msg = f"{cls.__name__} needs {name}"
                raise TypeError(msg)
            own[name] = values[name] if name in values else getattr(cls, name)

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        return type(self)(**(self.__dict__ | changes))

    def __setattr__(self, name: str, _value: object) -> None:
        msg = f"{type(self).__name__} is frozen; use replace({name}=...)"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def _compared(self) -> tuple[Any, ...]:
        return tuple(self.__dict__[name] for name in self._fields if name not in self._unequal)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((type(self), self._compared()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({shown})"
