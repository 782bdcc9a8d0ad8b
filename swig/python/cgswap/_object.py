# SPDX-License-Identifier: BSD-2-Clause
"""An object file, read but not loaded."""

from __future__ import annotations

from . import _cgswap, _names
from ._generated import ObjectMap, ObjectProgram
from ._types import TYPE_CHECKING, Path, direct

if TYPE_CHECKING:
    from ._session import Session


class Object(_cgswap.Handle):
    """An object file that was read but not loaded, which needs no privilege. See Session.object()."""

    def __init__(self, session: Session, path: Path) -> None:
        _cgswap.object_open(self, session, _names.path(path))
        self.session = session

    def __enter__(self) -> Object:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            names = ", ".join(program.name for program in self.programs)
            return f"<cgswap.Object with {names}>"
        except (ValueError, TypeError, BlockingIOError) as error:
            return _names.closed(self, error)

    def close(self) -> None:
        """Closes the object. Closing twice is allowed."""
        _cgswap.object_close(self)

    @property
    def license(self) -> str:
        """Its license, such as "Dual BSD/GPL"; "" if it has none."""
        return _cgswap.object_get_license(self)

    @property
    def note(self) -> str:
        """The reason why the object can be shown but not loaded; "" if there is none."""
        return _cgswap.object_get_note(self)

    @property
    def programs(self) -> tuple[ObjectProgram, ...]:
        """The programs of the object."""
        programs: tuple[ObjectProgram, ...] = _cgswap.records("object", self, 0, 1)[0][1]
        return programs

    @property
    def maps(self) -> tuple[ObjectMap, ...]:
        """The maps of the object."""
        maps: tuple[ObjectMap, ...] = _cgswap.records("object", self, 0, 1)[0][2]
        return maps

    @property
    def metadata(self) -> dict[str, str]:
        """The object's metadata (bpf_metadata_*): texts by name."""
        metadata: dict[str, str] = _cgswap.records("object", self, 0, 1)[0][3]
        return metadata


direct(Object, "license")
direct(Object, "note")
