# SPDX-License-Identifier: BSD-2-Clause
"""The base class of sessions, chains, programs, objects and transactions."""

from __future__ import annotations

from . import _cgswap
from ._types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeVar

    Self = TypeVar("Self", bound="Handle")


class Handle(_cgswap.Handle):
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
