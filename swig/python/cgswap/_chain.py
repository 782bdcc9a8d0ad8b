# SPDX-License-Identifier: BSD-2-Clause
"""The ordered programs of one cgroup and one attach type; a snapshot of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

from . import _cgswap, _names
from ._cgswap import Entry
from ._enums import Mode
from ._errors import CgswapError
from ._link import Link
from ._program import Program
from ._replace import Replace
from ._tie import tie

if TYPE_CHECKING:
    from ._session import Session


class Chain(_cgswap.Handle):
    """A chain, as its last snapshot has it: a sequence of entries. See Session.chain().

    read(), attach(), detach() and replace() take a new snapshot. Entries stay as they were.
    """

    def __init__(self, session: Session, cgroup: Any, attach_type: str) -> None:
        handle = _cgswap.chain_open(session, _names.cgroup(cgroup), attach_type)
        self.this = handle
        self.session = session
        self._new_snapshot()

    def __enter__(self) -> Chain:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            return f"<cgswap.Chain {self.attach_type} of {self.cgroup}>"
        except ValueError:
            return "<cgswap.Chain, closed>"

    def _new_snapshot(self) -> None:
        # Which snapshot it is, and in the one byte what of it was described: see Entry.
        self._snapshot = bytearray(1)

    def close(self) -> None:
        """Lets the chain go; what is attached stays attached. A second close is fine."""
        _cgswap.chain_close(self)

    # The snapshot

    def __len__(self) -> int:
        return _cgswap.chain_get_length(self)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Entry]:
        return iter(_cgswap.chain_entries(self))

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return _cgswap.chain_entries(self)[position]
        index = position.__index__()
        return _cgswap.chain_entry(self, index + len(self) if index < 0 else index)

    def find(self, selector: Any) -> Entry:
        """The one entry that a selector names: "id:N", "name:NAME", "tag:HEX", "pin:PATH",
        "link:N", "pos:N" or "fd:N".

        An int is an id, a path is a pin's, and anything with fileno() will do.
        """
        return self[_cgswap.chain_find(self, _names.selector(selector))]


    @property
    def mode(self) -> Mode | None:
        """How the chain's programs were attached; None when it is empty."""
        mode = _cgswap.chain_get_mode(self)
        return Mode(mode) if mode else None

    def read(self) -> None:
        """Takes a new snapshot, in one system call."""
        _cgswap.chain_read(self)
        self._new_snapshot()

    def describe(
        self,
        *,
        programs: bool = True,
        links: bool = True,
        preorder: bool = True,
        metadata: bool = True,
    ) -> None:
        """Fetches what the entries are, all at once. Entries fetch by themselves what is asked
        of them; this is to have it from the time of the snapshot, or to learn why not."""
        what = (
            programs * _cgswap.DESCRIBE_PROGRAMS
            | links * _cgswap.DESCRIBE_LINKS
            | preorder * _cgswap.DESCRIBE_PREORDER
            | metadata * _cgswap.DESCRIBE_METADATA
        )
        snapshot = self._snapshot
        _cgswap.chain_describe(self, what)
        snapshot[0] |= what

    def read_effective(self) -> tuple[int, ...]:
        """Reads the ids of the programs that run for a process in this cgroup, ancestors'
        included, in the order in which they run."""
        _cgswap.chain_read_effective(self)
        length = _cgswap.chain_get_effective_length(self)
        return tuple(_cgswap.chain_get_effective_id(self, index) for index in range(length))

    # Changes

    def attach(
        self,
        program: Any,
        *,
        before: Any = None,
        after: Any = None,
        first: bool = False,
        last: bool = False,
        mode: Any = Mode.DEFAULT,
        preorder: bool | None = None,
        link: bool = False,
        pin: Any = None,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        dry_run: bool = False,
    ) -> Link | None:
        """Attaches a Program, or what a source names: last, or first, or before or after the entry
        that a selector names.

        link: by a link, which lives as long as its pin, or else as the Link that is given back.
        pin: a path in bpffs to pin the link at, or the program where there is no link. mode is
        MULTI by default. expected_revision: only at this revision. expected_cgroup_id: only in this
        cgroup, and not in a later one with the same path. dry_run: changes nothing, and
        raises what the call without it would raise.
        """
        options = {
            "before": _names.optional(_names.selector, before),
            "after": _names.optional(_names.selector, after),
            "first": bool(first),
            "last": bool(last),
            "mode": _names.mode(mode),
            "preorder": _names.preorder(preorder),
            "link": bool(link),
            "pin": _names.path(pin),
            "expected_revision": expected_revision or 0,
            "expected_cgroup_id": expected_cgroup_id or 0,
            "dry_run": bool(dry_run),
        }
        opened = None
        if not isinstance(program, Program):
            opened = program = Program(self.session, program, attach_type=self.attach_type)
        try:
            fd = _cgswap.chain_attach(self, program, options)
        finally:
            self._new_snapshot()
            # what it pinned for nothing goes now, though an exception may hold it
            if opened is not None:
                opened.close()
        return None if fd is None else Link(fd, modelled=self.session.kernel != "live")

    def detach(
        self,
        selector: Any,
        *,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        dry_run: bool = False,
    ) -> None:
        """Takes one entry off the chain; selector as for find(), in a new snapshot. What a link
        holds is taken off through the link, which holds nothing afterwards.

        expected_revision, expected_cgroup_id and dry_run as for attach().
        """
        options = {
            "expected_revision": expected_revision or 0,
            "expected_cgroup_id": expected_cgroup_id or 0,
            "dry_run": bool(dry_run),
        }
        try:
            _cgswap.chain_detach(self, _names.selector(selector), options)
        finally:
            self._new_snapshot()

    def replace(
        self,
        old: Any,
        new: Any,
        *,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        preorder: bool | None = None,
        maps: Any = None,
        pin: Any = None,
        allow_unguarded: bool = False,
        verify: bool = True,
        retries: int | None = None,
    ) -> Replace:
        """Swaps one program for another in its place, and gives the committed Replace, whose
        rollback() puts the old one back.

        old is a selector, new a Program or a source. Other arguments as for Session.replace()
        and Replace.add().
        """
        done = Replace(self.session, verify=verify, retries=retries)
        done.add(
            self,
            old,
            new,
            expected_revision=expected_revision,
            expected_cgroup_id=expected_cgroup_id,
            preorder=preorder,
            maps=maps,
            pin=pin,
            allow_unguarded=allow_unguarded,
        )
        done.commit()
        try:
            self.read()
        except CgswapError:
            pass  # the swap was made, and that is what was asked for
        return done


tie(
    Chain,
    cgroup="The cgroup's absolute path.",
    cgroup_id="The cgroup's id; a recreated cgroup has another.",
    attach_type="The attach type's full name.",
    revision="The snapshot's revision; None: this kernel has none.",
)
