# SPDX-License-Identifier: BSD-2-Clause
"""A transaction of one or many swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple

from . import _cgswap, _names
from ._enums import Cause, Guard, StepState
from ._program import Program, ProgramMap
from ._tie import tie

if TYPE_CHECKING:
    from ._chain import Chain
    from ._session import Session


class DroppedMap(NamedTuple):
    """One map of an old program that the new one does not use."""

    id: int
    name: str
    """The whole one where BTF tells it; "" where it may not be asked."""


class Step(NamedTuple):
    """One swap of a replace, as it stood when it was asked for."""

    chain: Chain
    position: int | None
    """The place in the chain; None: not known, or not until the swap shows it."""
    old_id: int
    """The id of the program to be replaced."""
    new_id: int
    """The id of the program that takes its place."""
    state: StepState
    verified: bool
    """Whether the swap was seen to have taken its place and no other."""
    cause: Cause | None
    """Why the last check, commit or rollback refused it; None: it did not."""
    revision: int | None
    """The chain's revision right after the swap; None: not known."""
    maps: tuple[ProgramMap, ...]
    """Those of the new program."""
    link_id: int | None
    """The link through which it is done; None: the entry is a plain one."""
    guard: Guard | None
    """What the kernel was held to while it made the swap; None: it was not made."""
    dropped_maps: tuple[DroppedMap, ...]
    """Those of the old program that the new one does not use, read-only data not counted."""


class Replace(_cgswap.Handle):
    """A transaction: a sequence of steps, all of which are done, or none.

    As a with-block: leaving it by an exception rolls back what was committed in it; leaving it
    without a commit changes nothing. The block does not close it, so that rollback() is there
    afterwards too. See Session.replace() and Chain.replace().
    """

    def __init__(self, session: Session, *, verify: bool = True, retries: int | None = None) -> None:
        options = {
            "verify": _cgswap.VERIFY_ON if verify else _cgswap.VERIFY_OFF,
            "retries": 0 if retries is None else retries or -1,
        }
        self.this = _cgswap.replace_new(session, options)
        self.session = session
        self._chains: list[Chain] = []
        self._committed = False

    def __enter__(self) -> Replace:
        self._committed = False
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is not None and self._committed:
            self.rollback()

    def __repr__(self) -> str:
        try:
            states = [str(step.state) for step in self]
        except ValueError:
            return "<cgswap.Replace, closed>"
        counts = [f"{states.count(state)} {state}" for state in dict.fromkeys(states)]
        return f"<cgswap.Replace of {len(states)} steps: {', '.join(counts) or 'none yet'}>"

    def close(self) -> None:
        """Forgets the transaction; what was committed stays. A second close is fine."""
        _cgswap.replace_close(self)
        self._chains.clear()

    # Steps

    def add(
        self,
        chain: Chain,
        old: Any,
        new: Any,
        *,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        preorder: bool | None = None,
        maps: Any = None,
        pin: Any = None,
        allow_unguarded: bool = False,
    ) -> None:
        """Adds a step, and binds it: entry, link, position, preorder and revision as they are now.

        old is a selector, as for Chain.find(); new a Program or a source, which is opened for
        the chain's attach type. expected_revision: only at this revision; expected_cgroup_id: only in
        this cgroup. preorder: None leaves it as it is. The chain is read again.

        maps says what of the old program's maps an object's program uses on: "reuse" (those that
        fit, the default), "new" (none) or "require" (all, or it is refused). pin is a path in
        bpffs for the new program; a pin of the old one there is swapped. allow_unguarded overwrites in
        none or override mode also where the kernel has no revisions to guard it by.
        """
        options = {
            "expected_revision": expected_revision or 0,
            "expected_cgroup_id": expected_cgroup_id or 0,
            "preorder": _names.preorder(preorder),
            "maps": _names.maps(maps),
            "pin": _names.path(pin),
            "allow_unguarded": bool(allow_unguarded),
        }
        selector = _names.selector(old)
        try:
            if isinstance(new, Program):
                _cgswap.replace_add(self, chain, selector, new, options)
            else:
                source = _names.source(new)
                _cgswap.replace_add_source(self, chain, selector, source, options)
        finally:
            if chain is not None:
                chain._new_snapshot()
        self._chains.append(chain)

    @property
    def steps(self) -> list[Step]:
        """The steps, as they stand now."""
        return [
            Step(
                chain,
                position,
                old_id,
                new_id,
                StepState(state),
                verified,
                Cause(cause) if cause else None,
                revision or None,
                tuple(map(ProgramMap._make, maps)),
                link_id or None,
                Guard(guard) if guard else None,
                tuple(map(DroppedMap._make, dropped)),
            )
            for chain, (
                position,
                old_id,
                new_id,
                state,
                verified,
                cause,
                revision,
                maps,
                link_id,
                guard,
                dropped,
            ) in zip(self._chains, _cgswap.replace_steps(self))
        ]

    def __len__(self) -> int:
        return _cgswap.replace_get_length(self)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, index: Any) -> Any:
        return self.steps[index]

    # Checking and committing

    def check(self) -> None:
        """Says whether commit() would succeed now, by raising what it would raise; changes
        nothing. Each step keeps its own cause."""
        _cgswap.replace_check(self)

    def commit(self, progress: Callable[[int, int], object] | None = None) -> None:
        """Does all steps, or none: on a refusal the steps done before are put back.

        progress is called before each step with how many are done, and how many there are. It
        stops the commit by returning False (UnhealthyError), or by an exception, which comes
        through once the steps done before are put back.
        """
        _cgswap.replace_commit(self, progress)
        self._committed = True

    def rollback(self) -> None:
        """Puts the old programs back, last step first, wherever ours still stand; commit() may
        be called again afterwards."""
        _cgswap.replace_rollback(self)
        self._committed = False

    def drain(self) -> None:
        """Waits until no CPU is inside a program that commit() took off, or rollback() the new
        one: then its state can be copied, and its files removed. Takes some milliseconds."""
        _cgswap.replace_drain(self)

    def cancel(self) -> None:
        """Asks the commit that is running, or the next one, to stop before its next step and to
        put back what it did. From any thread."""
        _cgswap.replace_cancel(self)


tie(Replace)
