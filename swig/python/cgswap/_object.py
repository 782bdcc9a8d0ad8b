# SPDX-License-Identifier: BSD-2-Clause
"""An object file, and its programs once they are loaded."""

from __future__ import annotations

import cgswap

from . import _cgswap, _names
from ._program import Program
from ._replace import Replace
from ._types import (
    TYPE_CHECKING,
    Cgroup,
    Choices,
    ConstantChoices,
    ConstantPolicyName,
    Names,
    Path,
    PolicyName,
    Sources,
    direct,
)

if TYPE_CHECKING:
    from ._session import Session


class Object(_cgswap.Handle):
    """An object file. To read it needs no privilege; load() and attach() load its programs, once.

    See Session.object().
    """

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

    # Loading and attaching

    def load(
        self,
        *,
        only: Names | None = None,
        skip: Names | None = None,
        reuse_maps_of: Sources | None = None,
        maps: PolicyName | None = None,
        map_choices: Choices | None = None,
        constants: ConstantPolicyName | None = None,
        constant_choices: ConstantChoices | None = None,
        old_object: Path | None = None,
    ) -> None:
        """Loads the programs, once, with one set of maps: a map that several use is one map.

        only and skip are lists of names of programs, to take these alone or to leave them out.
        reuse_maps_of is a loaded program, or a list of them, whose maps are reused; maps and
        map_choices are the policy for them, as in Replace.add().
        """
        options = {
            "only": _names.strings(only),
            "skip": _names.strings(skip),
            "reuse_maps_of": _names.sources(reuse_maps_of),
            "maps": _names.maps(maps),
            "map_choices": _names.choices(map_choices),
            "constants": _names.constants(constants),
            "constant_choices": _names.constant_choices(constant_choices),
            "old_object": _names.path(old_object),
        }
        _cgswap.object_load(self, options)

    def program(self, name: str) -> Program:
        """Opens a program of the object, which must be loaded."""
        return Program._of_object(self, name)

    def attach(
        self,
        cgroup: Cgroup,
        *,
        only: Names | None = None,
        skip: Names | None = None,
        reuse_maps_of: Sources | None = None,
        maps: PolicyName | None = None,
        map_choices: Choices | None = None,
        constants: ConstantPolicyName | None = None,
        constant_choices: ConstantChoices | None = None,
        old_object: Path | None = None,
        pin_dir: Path | None = None,
        link: bool = False,
        preorder: bool | None = None,
        expected_cgroup_id: int | None = None,
        dry_run: bool = False,
    ) -> Replace:
        """Attaches the programs to a cgroup, each at its attach type, as one transaction: all or none.

        Loads them first, as load() does, unless they are loaded. pin_dir is a directory in bpffs, where
        each program is pinned by its name, or with link its link. Returns the transaction, whose
        steps say what was attached, and which can be rolled back.
        """
        options = {
            "only": _names.strings(only),
            "skip": _names.strings(skip),
            "reuse_maps_of": _names.sources(reuse_maps_of),
            "maps": _names.maps(maps),
            "map_choices": _names.choices(map_choices),
            "constants": _names.constants(constants),
            "constant_choices": _names.constant_choices(constant_choices),
            "old_object": _names.path(old_object),
            "pin_dir": _names.path(pin_dir),
            "link": bool(link),
            "preorder": _names.preorder(preorder),
            "expected_cgroup_id": expected_cgroup_id or 0,
            "dry_run": bool(dry_run),
        }
        return Replace._of_object(self, _names.cgroup(cgroup), options)

    # The file

    @property
    def license(self) -> str:
        """Its license, such as "Dual BSD/GPL"; "" if it has none."""
        return _cgswap.object_get_license(self)

    @property
    def note(self) -> str:
        """The reason why the object can be shown but not loaded; "" if there is none."""
        return _cgswap.object_get_note(self)

    @property
    def programs(self) -> tuple[cgswap.ObjectProgram, ...]:
        """The programs of the object."""
        programs: tuple[cgswap.ObjectProgram, ...] = _cgswap.records("object", self, 0, 1)[0][1]
        return programs

    @property
    def maps(self) -> tuple[cgswap.ObjectMap, ...]:
        """The maps of the object."""
        maps: tuple[cgswap.ObjectMap, ...] = _cgswap.records("object", self, 0, 1)[0][2]
        return maps

    @property
    def metadata(self) -> dict[str, str]:
        """The object's metadata (bpf_metadata_*): texts by name."""
        metadata: dict[str, str] = _cgswap.records("object", self, 0, 1)[0][3]
        return metadata


direct(Object, "license")
direct(Object, "note")
