# SPDX-License-Identifier: BSD-2-Clause
"""An object file, and its programs once they are loaded."""

from __future__ import annotations

from . import _cgswap, _names
from ._handle import Handle
from ._program import Program
from ._replace import Replace
from ._types import *

if TYPE_CHECKING:
    import cgswap

    from ._session import Session


class Object(Handle):
    """An object file. To read it needs no privilege; load() and attach() load its programs, once.

    See Session.object().
    """

    # fields: object

    def __init__(self, session: Session, path: Path) -> None:
        _cgswap.object_open(self, session, path)
        self.session = session

    def _describe(self) -> str:
        return "with " + ", ".join(program.name for program in self.programs)

    def close(self) -> None:
        """Closes the object. Closing twice is allowed."""
        _cgswap.object_close(self)

    # Loading and attaching

    def load(
        self,
        **fields: Fields("object", "-pin_dir -link -preorder -expected_cgroup_id -allow_unguarded -dry_run"),
    ) -> None:
        """Loads the programs, once, with one set of maps: a map that several use is one map.

        only and skip are lists of names of programs, to take these alone or to leave them out.
        reuse_maps_of is a loaded program, or a list of them, whose maps are reused; maps and
        map_choices are the policy for them, as in Replace.add().
        """
        _cgswap.object_load(self, _names.values(of_object))

    def program(self, name: str) -> Program:
        """Opens a program of the object, which must be loaded."""
        return Program._of_object(self, name)

    def attach(self, cgroup: Cgroup, **fields: Fields("object", "-allow_unguarded")) -> Replace:
        """Attaches the programs to a cgroup, each at its attach type, as one transaction: all or none.

        Loads them first, as load() does, unless they are loaded. pin_dir is a directory in bpffs, where
        each program is pinned by its name, or with link its link. Returns the transaction, whose
        steps say what was attached, and which can be rolled back.
        """
        return Replace._of_object(self, _names.cgroup(cgroup), _names.values(of_object))
