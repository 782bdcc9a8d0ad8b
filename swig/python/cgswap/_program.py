# SPDX-License-Identifier: BSD-2-Clause
"""A loaded program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import _cgswap, _names
from ._tie import tie

if TYPE_CHECKING:
    from ._session import Session


class ProgramMap(NamedTuple):
    """One map of a program."""

    id: int
    name: str
    kept: bool
    """True if the old program uses the same map, so that its contents are still used."""
    reason: str
    """The reason why the map was reused or is new, in a few words."""


class Program(_cgswap.Handle):
    """A loaded program: from an object file, a pin, an id or a descriptor. See Session.program()."""

    def __init__(
        self,
        session: Session,
        source: Any,
        *,
        attach_type: str | None = None,
        reuse_maps_of: Any = None,
        maps: Any = None,
    ) -> None:
        options = {
            "attach_type": attach_type,
            "reuse_maps_of": _names.optional(_names.source, reuse_maps_of),
            "maps": _names.maps(maps),
        }
        handle = _cgswap.program_open(session, _names.source(source), options)
        self.this = handle
        self.session = session

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            return f"<cgswap.Program id {self.id}, name {self.name!r}, tag {self.tag}>"
        except ValueError:
            return "<cgswap.Program, closed>"

    def close(self) -> None:
        """Closes the program. It stays attached. Closing twice is allowed."""
        _cgswap.program_close(self)

    def fileno(self) -> int:
        """The descriptor. The Program still owns it."""
        return _cgswap.program_get_fd(self)

    @property
    def maps(self) -> tuple[ProgramMap, ...]:
        """The maps of the program; for an object's program, also which of them are reuse_maps_of's."""
        return tuple(
            ProgramMap(
                _cgswap.program_get_map_id(self, index),
                _cgswap.program_get_map_name(self, index),
                _cgswap.program_get_map_kept(self, index),
                _cgswap.program_get_map_reason(self, index),
            )
            for index in range(_cgswap.program_get_map_count(self))
        )


tie(
    Program,
    id="The kernel's id of the program.",
    name="Its name; the full one if BTF has it.",
    tag="Its tag, 16 hexadecimal digits.",
    type='Its type, such as "cgroup_skb".',
)
