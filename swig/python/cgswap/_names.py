# SPDX-License-Identifier: BSD-2-Clause
"""Converts arguments into the library's selectors and sources."""

from __future__ import annotations

import os

import cgswap
from . import _cgswap
from ._cgswap import Entry
from ._errors import make
from ._types import Any, Callable, Iterable, Mapping, Sequence


def _refuse(given: Any, wanted: str) -> TypeError:
    return TypeError(f"expected {wanted}, got {type(given).__name__}")


def _descriptor(given: Any, wanted: str) -> str:
    """fd:N of an object with fileno()."""
    fileno = getattr(given, "fileno", None)
    if fileno is None:
        raise _refuse(given, f"{wanted} or an object with fileno()")
    return f"fd:{fileno()}"


def _program(given: Any, wanted: str) -> str:
    """id:N of an id or an Entry, or fd:N."""
    if isinstance(given, Entry):
        return f"id:{given.id}"
    if isinstance(given, int) and not isinstance(given, bool):
        return f"id:{int(given)}"
    return _descriptor(given, wanted)


def cgroup(given: Any) -> str:
    """A path, or fd:N of an object with fileno()."""
    if isinstance(given, (str, bytes, os.PathLike)):
        return os.fsdecode(given)
    return _descriptor(given, "a cgroup's path")


def selector(given: Any) -> str:
    """A selector from a string, an id, an Entry, a pin's path, or an object with fileno()."""
    if isinstance(given, str):
        return given
    if isinstance(given, os.PathLike):
        return "pin:" + os.fsdecode(given)
    return _program(given, "a selector (str), an id (int), an Entry, a pin's path")


def source(given: Any) -> str:
    """A source from a string, an id, an Entry, the path of an object or a pin, or an object with
    fileno()."""
    if isinstance(given, str):
        return given
    if isinstance(given, os.PathLike):
        path = os.fsdecode(given)
        return ("obj:" if path.endswith(".o") else "pin:") + path
    return _program(given, "a source (str), an id (int), an Entry, a path")


def choices(given: Any) -> list[str]:
    """A list of "NAME=CHOICE" from a dict or from such a list."""
    if isinstance(given, Mapping):
        pairs = list(given.items())
        if all(isinstance(word, str) for pair in pairs for word in pair):
            return [f"{name}={choice}" for name, choice in pairs]
    elif isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        if all(isinstance(choice, str) for choice in given):
            return list(given)
    raise _refuse(given, 'a dict of choices by name, or a list of "NAME=CHOICE"')


def strings(given: Any) -> list[str]:
    """A list of strings."""
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        words = list(given)
        if all(isinstance(word, str) for word in words):
            return words
    raise _refuse(given, "a list of names")


def sources(given: Any) -> str | list[str]:
    """A source, or a list of them."""
    if isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        return [source(one) for one in given]
    return source(given)


def _conflict(cause: cgswap.Cause, message: str, operation: str = "", **details: Any) -> Exception:
    """The error of arguments that the library would refuse."""
    import errno

    return make((cause.status, cause, errno.EINVAL, operation, message, cause.remedy, ""), details)


def position(first: bool, last: bool) -> int:
    """The position that first and last ask for."""
    if first and last:
        message = "first and last cannot be given together"
        raise _conflict(cgswap.Cause.POSITION_CONFLICT, message, "attach")
    return _cgswap.POSITION_FIRST if first else _cgswap.POSITION_LAST if last else 0


def _member(kind: Any, given: Any, name: str) -> int:
    """An enum's member from a member, its number or its name."""
    if isinstance(given, kind):
        return int(given)
    if isinstance(given, str):
        found = kind.__members__.get(given.upper())
    elif isinstance(given, bool) or hasattr(type(given), "__members__") or not hasattr(given, "__index__"):
        raise _refuse(given, f"a {kind.__name__}, its number or its name")
    else:
        found = next((member for member in kind if member == given), None)
    if found is not None:
        return int(found)
    known = ", ".join(str(member) for member in kind if str(member) != "default")
    message = f"{name}: {given!r} is unknown; known: {known}"
    raise _conflict(cgswap.Cause.BAD_ARGUMENT, message, option=name)


def feature(given: Any, name: str = "feature") -> int:
    """A Feature, its number, or its name."""
    return _member(cgswap.Feature, given, name)


def transaction(given: Any) -> int:
    """The number of a transaction."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise TypeError(f"id: expected the ID of a transaction (int), got {type(given).__name__}")
    if not 0 <= given < 1 << 64:
        raise ValueError(f"id: {given} is not the ID of a transaction")
    return given


def _constant(given: Any) -> Any:
    """A value of a constant as the library takes it."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int):
        return str(int(given))
    return "hex:" + given.hex() if isinstance(given, bytes) else given


def constant_choices(given: Any) -> list[str]:
    """As choices(), with values of the types that constants have."""
    if isinstance(given, Mapping):
        return choices({name: _constant(value) for name, value in given.items()})
    return choices(given)


def features(given: Any) -> str:
    """Several of them, as the library takes them: by name, separated by commas."""
    if isinstance(given, str):
        return given
    return ",".join(str(cgswap.Feature(feature(one, "disable_features"))) for one in given)


def _world(given: Any) -> str | None:
    from ._world import text  # only tests need it

    return text(given)


def _never(given: int) -> int:
    """A number for which 0 means never, which is -1 in C."""
    return given or -1


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "after": selector,
    "allow_unguarded": bool,
    "any_tag": bool,
    "before": selector,
    "canary": str,
    "check_first": bool,
    "constant_choices": constant_choices,
    "constants": lambda given: _member(cgswap.ConstantPolicy, given, "constants"),
    "disable_features": features,
    "dry_run": bool,
    "follow_ms": _never,
    "ignore_gone": bool,
    "journal": bool,
    "keep_old": bool,
    "link": bool,
    "map_choices": choices,
    "maps": lambda given: _member(cgswap.MapPolicy, given, "maps"),
    "mode": lambda given: _member(cgswap.Mode, given, "mode"),
    "only": strings,
    "preorder": lambda given: _cgswap.PREORDER_YES if given else _cgswap.PREORDER_NO,
    "retries": _never,
    "retry_time_ms": _never,
    "reuse_maps_of": sources,
    "skip": strings,
    "soak_ms": _never,
    "verify": lambda given: _cgswap.VERIFY_ON if given else _cgswap.VERIFY_OFF,
    "world": _world,
}


def _value(name: str, given: Any) -> Any:
    try:
        return _CONVERTERS[name](given) if name in _CONVERTERS else given
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None


def values(options: dict[str, Any]) -> dict[str, Any]:
    """Options as C takes them. None is the default."""
    first, last = options.pop("first", False), options.pop("last", False)
    taken = {name: _value(name, given) for name, given in options.items() if given is not None}
    if first or last:
        taken["position"] = position(first, last)
    return taken
