# SPDX-License-Identifier: BSD-2-Clause
"""The types that annotations name, without the cost of importing typing, logging and collections."""

from __future__ import annotations


def own_names(kind: type) -> list[str]:
    """The public names that classes of this package define, for dir() of a class, and so for help()."""
    mine = [base for base in kind.__mro__ if base.__module__.startswith("cgswap")]
    return sorted({name for base in mine for name in vars(base) if name[0] != "_"})


TYPE_CHECKING = False  # type checkers take it as True
if TYPE_CHECKING:
    from collections.abc import Callable as Callable
    from collections.abc import Iterable as Iterable
    from collections.abc import Iterator as Iterator
    from collections.abc import Mapping as Mapping
    from collections.abc import Sequence as Sequence
    from logging import Logger as Logger
    from os import PathLike
    from typing import Any as Any
    from typing import Literal as Literal
    from typing import NamedTuple as NamedTuple
    from typing import Protocol
    from typing import SupportsIndex as SupportsIndex
    from typing import Union
    from typing import overload as overload

    from ._cgswap import Entry
    from ._generated import ConstantPolicy, Feature, MapPolicy, Mode

    class HasFileno(Protocol):
        def fileno(self) -> int: ...

    Path = Union[str, bytes, PathLike[str], PathLike[bytes]]
    Cgroup = Union[str, bytes, PathLike[str], PathLike[bytes], HasFileno]
    Choices = Union[Mapping[str, str], Sequence[str]]
    ConstantChoices = Union[Mapping[str, Union[str, int, bytes]], Sequence[str]]
    Names = Iterable[str]
    Selector = Union[str, int, PathLike[str], PathLike[bytes], HasFileno, Entry]
    Source = Union[str, int, PathLike[str], PathLike[bytes], HasFileno, Entry]
    Sources = Union[Source, Sequence[Source]]
    ModeName = Union[Mode, Literal["multi", "override", "none"]]
    PolicyName = Union[MapPolicy, Literal["reuse", "new", "require"]]
    ConstantPolicyName = Union[ConstantPolicy, Literal["old", "new"]]
    FeatureName = Union[Feature, int, str]
    World = Union[str, Mapping[str, Any]]
else:
    # collections.abc, without the cost of importing collections
    from _collections_abc import Callable, Iterable, Iterator, Mapping, Sequence

    Any = Logger = Path = Cgroup = Selector = Source = Sources = Choices = Names = object
    ConstantChoices = ModeName = PolicyName = ConstantPolicyName = FeatureName = object
    World = Literal = SupportsIndex = object

    def overload(function):
        """Does nothing: only type checkers read overloads."""
        return function

    class _NamedTupleType(type):
        """Makes a class of annotations a named tuple, as typing.NamedTuple does."""

        def __new__(cls, name, bases, body):
            if bases:
                from collections import namedtuple

                bases = (tuple,)
                # held here: when the collector frees a class, it empties the dict that vars() returns
                made = namedtuple(name, body["__annotations__"])
                body = {**vars(made), **body}
            return super().__new__(cls, name, bases, body)

        def __dir__(cls):
            # help() need not list the fields, which the class describes in a line each
            return [name for name in own_names(cls) if name not in cls._fields]

    class NamedTuple(metaclass=_NamedTupleType):
        """The base class of records."""
