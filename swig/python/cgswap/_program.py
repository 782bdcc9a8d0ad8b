# SPDX-License-Identifier: BSD-2-Clause
"""A loaded program."""

from __future__ import annotations

from . import _cgswap, _names
from ._handle import Handle
from ._types import *

if TYPE_CHECKING:
    import cgswap

    from ._object import Object
    from ._session import Session


class Program(Handle):
    """A loaded program: from an object file, a pin, an id or a descriptor. See Session.program()."""

    # fields: program

    def __init__(self, session: Session, source: Source, **fields: Fields("program")) -> None:
        _cgswap.program_open(self, session, _names.source(source), _names.values(of_program))
        self.session = session

    @classmethod
    def _of_object(cls, loaded: Object, name: str) -> Program:
        program = cls.__new__(cls)
        _cgswap.object_open_program(program, loaded, name)
        program.session = loaded.session
        return program

    def _describe(self) -> str:
        return f"id {self.id}, name {self.name!r}, tag {self.tag}"

    def close(self) -> None:
        """Closes the program. It stays attached. Closing twice is allowed."""
        _cgswap.program_close(self)

    def fileno(self) -> int:
        """The descriptor. The Program still owns it."""
        return _cgswap.program_get_fd(self)
