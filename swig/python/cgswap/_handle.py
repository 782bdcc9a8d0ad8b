# SPDX-License-Identifier: BSD-2-Clause
"""The base class of sessions, chains, programs, objects and transactions."""

from __future__ import annotations

from abc import ABCMeta

from . import _cgswap
from ._types import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from typing import TypeVar

    Self = TypeVar("Self", bound="Handle")


class _HandleType(ABCMeta):
    def __dir__(cls) -> list[str]:
        # help() need not list what every class and every abc has; the first line has the signature of __init__
        mine = [base for base in cls.__mro__ if base.__module__.startswith("cgswap") or base is Sequence]
        names = {name: value for base in mine for name, value in vars(base).items()}
        hidden = ("__init__", "__new__")
        return sorted(
            name
            for name, value in names.items()
            if name[0] != "_" or (name[:2] == "__" and callable(value) and name not in hidden)
        )


class Handle(_cgswap.Handle, metaclass=_HandleType):
    if TYPE_CHECKING:

        def close(self) -> None: ...

        def _describe(self) -> str: ...

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            return f"<cgswap.{type(self).__name__} {self._describe()}>"
        except (ValueError, TypeError, AttributeError, BlockingIOError) as error:
            # it is closed, in use, or was never opened
            states = {_cgswap.CAUSE_HANDLE_CLOSED: "closed", _cgswap.CAUSE_HANDLE_IN_USE: "in use"}
            state = states.get(getattr(error, "cause", 0), "not open")
            return f"<cgswap.{type(self).__name__}, {state}>"
