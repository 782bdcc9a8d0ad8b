# SPDX-License-Identifier: BSD-2-Clause
"""A transaction of one or more swaps."""

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
    """The full name if BTF has it; "" if it may not be read."""


class Step(NamedTuple):
    """The state of one step when it was read."""

    chain: Chain
    position: int | None
    """The position in the chain; None: unknown, or unknown until the swap."""
    old_id: int
    """The id of the old program."""
    new_id: int
    """The id of the new program."""
    state: StepState
    verified: bool
    """True if the chain, read after the swap, has the new program at the old position only."""
    cause: Cause | None
    """The cause why the last check, commit or rollback failed; None: it did not fail."""
    revision: int | None
    """The chain's revision right after the swap; None: unknown."""
    maps: tuple[ProgramMap, ...]
    """The maps of the new program."""
    link_id: int | None
    """The id of the link through which the entry is swapped; None: a plain entry."""
    guard: Guard | None
    """The value that the kernel compared when it made the swap; None: no swap yet."""
    dropped_maps: tuple[DroppedMap, ...]
    """The maps of the old program that the new one does not use, except read-only data."""


class Replace(_cgswap.Handle):
    """A transaction: a sequence of steps, all of which are done or none.

    As a with-block, it rolls back its commit if an exception leaves the block; without a commit it
    changes nothing. The end of the block does not close it, so that rollback() can be called later. See
    Session.replace() and Chain.replace().
    """

    def __init__(self, session: Session, *, verify: bool = True, retries: int | None = None) -> None:
        options = {
            "verify": _cgswap.VERIFY_ON if verify else _cgswap.VERIFY_OFF,
            "retries": _names.or_none(retries),
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
        """Closes the transaction. A commit stays. Closing twice is allowed."""
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
        """Adds a step, and binds it to the present entry, link, position, preorder and revision.

        old is a selector, as for Chain.find(); new is a Program or a source, which is opened for the
        chain's attach type. expected_revision: at this revision only; expected_cgroup_id: in this
        cgroup only. preorder: None keeps the old program's. The chain is read again.

        maps is the policy for the old program's maps if new is an object: "reuse" the compatible ones
        (the default), "new" for none, or "require" for all, or else it fails. pin is a path in bpffs for
        the new program; a pin of the old program there is replaced. allow_unguarded permits to
        overwrite in none or override mode where the kernel has no revisions.
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
        """The present state of all steps."""
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
        """Raises the exception that commit() would raise now, and changes nothing. Each step has its
        own cause."""
        _cgswap.replace_check(self)

    def commit(
        self,
        progress: Callable[[int, int], object] | None = None,
        *,
        retry_time_ms: int | None = None,
    ) -> None:
        """Does all steps or none: after an error, the steps that are done are undone.

        progress is called before each step with the number of steps done and the number of all steps.
        It stops the commit by returning False (UnhealthyError) or by an exception, which is raised
        after the steps are undone. retry_time_ms: how long a step is tried again if its chain changes;
        None: as the session's.
        """
        options = {"progress": progress, "retry_time_ms": _names.or_none(retry_time_ms)}
        _cgswap.replace_commit(self, options)
        self._committed = True

    def rollback(self) -> None:
        """Restores the old programs, last step first, where the new ones are still attached. commit()
        may be called again."""
        _cgswap.replace_rollback(self)
        self._committed = False

    def drain(self) -> None:
        """Waits until no CPU runs a program that commit() or rollback() detached. Then its maps can be
        copied and its files removed. Takes some milliseconds."""
        _cgswap.replace_drain(self)

    def cancel(self) -> None:
        """Makes the running commit, or else the next one, stop before its next step and undo its steps.
        May be called from any thread."""
        _cgswap.replace_cancel(self)


tie(Replace)
