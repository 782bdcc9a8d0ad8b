# SPDX-License-Identifier: BSD-2-Clause
"""A loaded program."""

from __future__ import annotations

import cgswap

from . import _cgswap, _names
from ._types import (
    TYPE_CHECKING,
    Choices,
    ConstantChoices,
    ConstantPolicyName,
    Path,
    PolicyName,
    Source,
    direct,
)

if TYPE_CHECKING:
    from ._object import Object
    from ._session import Session


class Program(_cgswap.Handle):
    """A loaded program: from an object file, a pin, an id or a descriptor. See Session.program()."""

    def __init__(
        self,
        session: Session,
        source: Source,
        *,
        attach_type: str | None = None,
        reuse_maps_of: Source | None = None,
        maps: PolicyName | None = None,
        map_choices: Choices | None = None,
        constants: ConstantPolicyName | None = None,
        constant_choices: ConstantChoices | None = None,
        old_object: Path | None = None,
    ) -> None:
        options = {
            "attach_type": attach_type,
            "reuse_maps_of": _names.optional(_names.source, reuse_maps_of),
            "maps": _names.maps(maps),
            "map_choices": _names.choices(map_choices),
            "constants": _names.constants(constants),
            "constant_choices": _names.constant_choices(constant_choices),
            "old_object": _names.path(old_object),
        }
        _cgswap.program_open(self, session, _names.source(source), options)
        self.session = session

    @classmethod
    def _of_object(cls, loaded: Object, name: str) -> Program:
        program = cls.__new__(cls)
        _cgswap.object_open_program(program, loaded, name)
        program.session = loaded.session
        return program

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            return f"<cgswap.Program id {self.id}, name {self.name!r}, tag {self.tag}>"
        except (ValueError, TypeError, BlockingIOError) as error:
            return _names.closed(self, error)

    def close(self) -> None:
        """Closes the program. It stays attached. Closing twice is allowed."""
        _cgswap.program_close(self)

    def fileno(self) -> int:
        """The descriptor. The Program still owns it."""
        return _cgswap.program_get_fd(self)

    @property
    def id(self) -> int:
        """The kernel's id of the program."""
        return _cgswap.program_get_id(self)

    @property
    def name(self) -> str:
        """Its name; the full one if BTF has it."""
        return _cgswap.program_get_name(self)

    @property
    def tag(self) -> str:
        """Its tag, 16 hexadecimal digits."""
        return _cgswap.program_get_tag(self)

    @property
    def type(self) -> str:
        """Its type, such as "cgroup_skb"."""
        return _cgswap.program_get_type(self)

    @property
    def maps(self) -> tuple[cgswap.ProgramMap, ...]:
        """The maps of the program; for an object's program, also which of them are reuse_maps_of's."""
        maps: tuple[cgswap.ProgramMap, ...] = _cgswap.records("program", self, 0, 1)[0][0]
        return maps


direct(Program, "id", "name", "tag", "type")
