# SPDX-License-Identifier: BSD-2-Clause
"""Turns the dict that fills the model into lines of text, as the library reads them."""

from __future__ import annotations

from ._types import Any, Iterable, Iterator, Mapping

_BLANKS = str.maketrans({character: f"\\{ord(character):03o}" for character in " \t\r\n\\"})


def _check(given: Any, kind: type, what: str) -> Any:
    if not isinstance(given, kind):
        raise TypeError(f"{what} expected, got {type(given).__name__}")
    return given


def _sorted(named: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return sorted(named.items(), key=lambda pair: str(pair[0]))  # a name that is not a str is refused later


def _line(*words: Any) -> str:
    for word in words:
        if not _check(word, str, "a name"):
            raise ValueError("world: a name is empty")
    return " ".join(word.translate(_BLANKS) for word in words)


def _named(given: Any, key: str) -> tuple[Any, list[str]]:
    """The name of an entry or a program, and the other words of its line."""
    if isinstance(given, str):
        return given, []
    options = dict(_check(given, Mapping, f"a name, or a dict with {key!r}"))
    words = []
    for option, value in options.items():
        if option == key or value is None or value is False:
            continue
        if value is not True and not isinstance(value, str):
            value = ",".join(_check(value, Iterable, "names"))
        words.append(option if value is True else f"{option}={value}")
    return options.get(key), words


def _lines(world: Any) -> Iterator[str]:
    parts = dict(_check(world, Mapping, "a dict"))
    programs = _check(parts.pop("programs", {}), Mapping, "a dict of programs")
    cgroups = _check(parts.pop("cgroups", {}), Mapping, "a dict of cgroups")
    missing = parts.pop("missing", [])
    for name in parts:
        raise ValueError(f"world: unknown key {name!r}; known: cgroups, programs, missing")
    for name, program in _sorted(programs):
        attach_type, words = _named(program, "type")
        yield _line("program", name, attach_type, *words)
    for path, chains in _sorted(cgroups):
        yield _line("cgroup", path)
        for attach_type, entries in _sorted(_check(chains, Mapping, "a dict of chains")):
            for entry in _check(entries, list, "a list of programs"):
                name, words = _named(entry, "name")
                yield _line("attach", path, attach_type, name, *words)
    if missing:
        words = [missing] if isinstance(missing, str) else _check(missing, Iterable, "a list of capabilities")
        yield _line("missing", *words)


def text(world: Any) -> str | None:
    """The text of a dict; a text as it is, and None for None."""
    return world if world is None or isinstance(world, str) else "\n".join(_lines(world))
