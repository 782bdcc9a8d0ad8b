# SPDX-License-Identifier: BSD-2-Clause
"""An object file, read but not loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _cgswap
from ._tie import tie

if TYPE_CHECKING:
    from ._session import Session


class ObjectProgram(NamedTuple):
    """One program of an object file."""

    name: str
    section: str
    """The ELF section, such as "cgroup_skb/egress"."""
    type: str
    """The program type, such as "cgroup_skb"; "" if the section does not name one."""
    attach_type: str
    """The attach type, such as "cgroup_inet_egress"; "" if the section does not name one."""
    length: int
    """The number of instructions, of 8 bytes each."""


class ObjectMap(NamedTuple):
    """One map of an object file; global variables are in maps too."""

    name: str
    type: str
    """The map type, such as "hash" or "percpu_array"."""
    key_size: int
    """Size in bytes."""
    value_size: int
    """Size in bytes."""
    max_entries: int


class Object(_cgswap.Handle):
    """An object file that was read but not loaded, which needs no privilege. See Session.object()."""

    def __init__(self, session: Session, path: Any) -> None:
        self.this = _cgswap.object_open(session, os.fspath(path))
        self.session = session

    def __enter__(self) -> Object:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            names = ", ".join(program.name for program in self.programs)
            return f"<cgswap.Object with {names}>"
        except ValueError:
            return "<cgswap.Object, closed>"

    def close(self) -> None:
        """Closes the object. Closing twice is allowed."""
        _cgswap.object_close(self)

    @property
    def programs(self) -> tuple[ObjectProgram, ...]:
        """The programs of the object."""
        return tuple(
            ObjectProgram(
                _cgswap.object_get_program_name(self, index),
                _cgswap.object_get_program_section(self, index),
                _cgswap.object_get_program_type(self, index),
                _cgswap.object_get_program_attach_type(self, index),
                _cgswap.object_get_program_length(self, index),
            )
            for index in range(_cgswap.object_get_program_count(self))
        )

    @property
    def maps(self) -> tuple[ObjectMap, ...]:
        """The maps of the object."""
        return tuple(
            ObjectMap(
                _cgswap.object_get_map_name(self, index),
                _cgswap.object_get_map_type(self, index),
                _cgswap.object_get_map_key_size(self, index),
                _cgswap.object_get_map_value_size(self, index),
                _cgswap.object_get_map_max_entries(self, index),
            )
            for index in range(_cgswap.object_get_map_count(self))
        )

    @property
    def metadata(self) -> dict[str, str]:
        """The object's metadata (bpf_metadata_*): texts by name."""
        return {
            _cgswap.object_get_metadata_name(self, index):
                _cgswap.object_get_metadata_value(self, index)
            for index in range(_cgswap.object_get_metadata_count(self))
        }


tie(Object, license='Its license, such as "Dual BSD/GPL"; "" if it has none.')
