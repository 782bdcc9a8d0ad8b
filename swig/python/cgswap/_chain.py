# SPDX-License-Identifier: BSD-2-Clause
"""The ordered programs of one cgroup and attach type."""

from __future__ import annotations

import cgswap

from . import _cgswap, _names
from ._cgswap import Entry
from ._errors import CgswapError
from ._handle import Handle
from ._link import Link
from ._program import Program
from ._replace import Replace
from ._types import *

if TYPE_CHECKING:
    from ._session import Session


class Chain(Handle, Sequence[Entry]):
    """A chain: the sequence of its entries at the last snapshot. See Session.chain().

    read(), attach(), detach() and replace() take a new snapshot. Old entries do not change.
    """

    # fields: chain

    def __init__(self, session: Session, cgroup: Cgroup, attach_type: str) -> None:
        _cgswap.chain_open(self, session, _names.cgroup(cgroup), attach_type)
        self.session = session
        self._read_again()

    @classmethod
    def _of_step(cls, replace: Replace, index: int) -> Chain:
        chain = cls.__new__(cls)
        _cgswap.step_chain(chain, replace, index)
        chain.session = replace.session
        chain._read_again()
        return chain

    def _describe(self) -> str:
        return f"{self.attach_type} of {self.cgroup}"

    def _read_again(self) -> None:
        self._parts = _cgswap.DESCRIBE_PROGRAMS  # the parts that new entries have
        self._snapshot = object()  # entries read missing parts of this snapshot only

    def close(self) -> None:
        """Closes the chain. Its programs stay attached. Closing twice is allowed."""
        _cgswap.chain_close(self)

    # The snapshot

    def __len__(self) -> int:
        return _cgswap.chain_get_length(self)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Entry]:
        return iter(_cgswap.chain_entries(self, self._parts, 0, -1))

    @overload
    def __getitem__(self, position: SupportsIndex) -> Entry: ...

    @overload
    def __getitem__(self, position: slice) -> list[Entry]: ...

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return _cgswap.chain_entries(self, self._parts, 0, -1)[position]
        if not hasattr(position, "__index__"):
            raise TypeError(f"a position is an int or a slice, not {type(position).__name__}")
        index = position.__index__()
        index = index + len(self) if index < 0 else index
        return _cgswap.chain_entries(self, self._parts, index, 1)[0]

    def find(self, selector: Selector) -> Entry:
        """Finds the entry that a selector selects: "id:N", "name:NAME", "tag:HEX", "pin:PATH",
        "link:N", "pos:N" or "fd:N".

        An int is an id, a path is a pin's, and an object with fileno() is a descriptor.
        """
        entry: Entry = self[_cgswap.chain_find(self, _names.selector(selector))]
        return entry

    def read(self) -> None:
        """Takes a new snapshot, in one system call."""
        _cgswap.chain_read(self)
        self._read_again()

    def describe(
        self,
        *,
        programs: bool = True,
        links: bool = True,
        preorder: bool = True,
        metadata: bool = True,
    ) -> None:
        """Reads the descriptions of all entries at once. Entries read missing parts by themselves when
        they are used; with this call all are read at one time, and errors are raised here."""
        what = (
            bool(programs) * _cgswap.DESCRIBE_PROGRAMS
            | bool(links) * _cgswap.DESCRIBE_LINKS
            | bool(preorder) * _cgswap.DESCRIBE_PREORDER
            | bool(metadata) * _cgswap.DESCRIBE_METADATA
        )
        _cgswap.chain_describe(self, what)
        self._parts |= what

    def read_effective(self) -> tuple[int, ...]:
        """Reads the ids of the programs that run for a process in this cgroup, including those of
        ancestors, in the order in which they run."""
        _cgswap.chain_read_effective(self)
        length = _cgswap.chain_get_effective_length(self)
        return tuple(_cgswap.chain_get_effective_id(self, index) for index in range(length))

    def read_leftovers(self) -> tuple[str, ...]:
        """Reads the paths of temporary pins that processes left for programs or links of this chain,
        because they were killed while they swapped a pin. The next swap of that pin clears up."""
        _cgswap.chain_read_leftovers(self)
        count = _cgswap.chain_get_leftover_count(self)
        return tuple(_cgswap.chain_get_leftover(self, index) for index in range(count))

    # Changes

    @overload
    def attach(
        self,
        program: Program | Source,
        *,
        link: Literal[True],
        pin: None = None,
        dry_run: Literal[False] = False,
        **fields: Fields("attach", "-link -pin -dry_run"),
    ) -> Link: ...

    @overload
    def attach(self, program: Program | Source, **fields: Fields("attach")) -> Link | None: ...

    def attach(self, program: Program | Source, **fields: Fields("attach")) -> Link | None:
        """Attaches a Program or a source: at the end, or first, or before or after the entry that a
        selector selects.

        link: attach by a link, which stays attached while its pin or the returned Link exists.
        pin: a path in bpffs where the link is pinned, or without a link the program. mode is MULTI by
        default. expected_revision: attach at this revision only. expected_cgroup_id: attach to this
        cgroup only, and not to a later one with the same path. dry_run: changes nothing, and raises
        the exception that the call would raise.
        """
        options, opened = _names.values(of_attach), None
        if not isinstance(program, Program):
            opened = program = Program(self.session, program, attach_type=self.attach_type)
        try:
            fd = _cgswap.chain_attach(self, program, options)
        finally:
            self._read_again()
            # removes the pins of unused maps now, since an exception may keep the program alive
            if opened is not None:
                opened.close()
        return None if fd is None else Link(fd, modelled=self.session.kernel != "live")

    def detach(self, selector: Selector, **fields: Fields("detach")) -> None:
        """Detaches the entry that a selector selects (see find()), in a new snapshot. An entry with a
        link is detached through the link, which stays open but is not attached any more.

        expected_revision, expected_cgroup_id and dry_run as for attach().
        """
        name, options = _names.selector(selector), _names.values(of_detach)
        try:
            _cgswap.chain_detach(self, name, options)
        finally:
            self._read_again()

    def replace(
        self, old: Selector, new: Program | Source, **fields: Fields("step", "replace", "commit", "-progress -event -health -canary -soak_ms -follow_ms -check_first -ignore_gone -match -any_tag")
    ) -> Replace:
        """Replaces one program by another at its position. Returns the committed Replace, whose
        rollback() restores the old program. With dry_run it is checked only, and nothing is changed.

        old is a selector, new a Program or a source. The other arguments are those of
        Session.replace(), Replace.add() and Replace.commit().
        """
        done = Replace(self.session, **of_replace)
        done.add(self, old, new, **of_step)
        if dry_run:
            done.check()
            return done
        done.commit(**of_commit)
        try:
            self.read()
        except CgswapError:
            pass  # the swap succeeded
        return done
