# SPDX-License-Identifier: BSD-2-Clause
"""A transaction of one or more swaps."""

from __future__ import annotations

import cgswap

from . import _cgswap, _names
from ._handle import Handle
from ._program import Program
from ._types import *

if TYPE_CHECKING:
    from ._chain import Chain
    from ._object import Object
    from ._session import Session


class Replace(Handle, Sequence["cgswap.Step"]):
    """A transaction: a sequence of steps, all of which are done or none.

    As a with-block, it rolls back its commit if an exception leaves the block; without a commit it
    changes nothing. The end of the block does not close it, so that rollback() can be called later. See
    Session.replace() and Chain.replace().
    """

    def __init__(self, session: Session, **fields: Fields("replace")) -> None:
        _cgswap.replace_new(self, session, _names.values(of_replace))
        self.session = session
        self._chains: list[Chain] = []
        self._committed = False

    @classmethod
    def _of_object(cls, loaded: Object, cgroup: str, options: dict[str, Any]) -> Replace:
        replace = cls.__new__(cls)
        _cgswap.object_attach(replace, loaded, cgroup, options)
        replace.session = loaded.session
        replace._chains = []
        replace._committed = not options.get("dry_run")
        replace._add_chains()
        return replace

    def _add_chains(self) -> None:
        """Adds the chains of new steps, which an object has made."""
        from ._chain import Chain

        for index in range(len(self._chains), len(self)):
            self._chains.append(Chain._of_step(self, index))

    def __enter__(self) -> Replace:
        self._committed = False
        return self

    def __exit__(self, *exception: object) -> None:
        if exception[0] is not None and self._committed:
            self.rollback()

    def _describe(self) -> str:
        states = [str(step.state) for step in self]
        counts = [f"{states.count(state)} {state}" for state in dict.fromkeys(states)]
        return f"of {len(states)} steps: {', '.join(counts) or 'none yet'}"

    def close(self) -> None:
        """Closes the transaction. A commit stays. Closing twice is allowed."""
        _cgswap.replace_close(self)
        self._chains.clear()

    # Steps

    def add(
        self, chain: Chain, old: Selector, new: Program | Source, **fields: Fields("step", "-match -any_tag")
    ) -> None:
        """Adds a step, and binds it to the present entry, link, position, preorder and revision.

        old is a selector, as for Chain.find(); new is a Program or a source, which is opened for the
        chain's attach type. expected_revision: at this revision only; expected_cgroup_id: in this
        cgroup only. preorder: None keeps the old program's. The chain is read again.

        maps is the policy for the old program's maps if new is an object: "reuse" the compatible ones
        (the default), "new" for none, or "require" for all, or else it fails. map_choices decides for
        single maps: a dict of NAME: "old", "new", "new,max_entries=N", "id:N" or "pin:PATH". pin is a path in bpffs for
        the new program; a pin of the old program there is replaced. allow_unguarded permits to
        overwrite in none or override mode where the kernel has no revisions.

        Constants are the const volatile variables of an object, which a loader may set. If one has
        another value in the old program, add() raises an error (Cause.CONSTANTS_CHANGED) unless it is
        told which one to use: constants is "old" or "new"; constant_choices is a dict of NAME or
        NAME.MEMBER: "old", "new", or a value (int, bool, bytes or str; "=old" is the text "old"); and
        old_object is the file that the old program came from, which tells the values that were set.
        """
        options = _names.values(of_step)
        selector = _names.selector(old)
        try:
            if isinstance(new, Program):
                _cgswap.replace_add(self, chain, selector, new, options)
            else:
                source = _names.source(new)
                _cgswap.replace_add_source(self, chain, selector, source, options)
        finally:
            if isinstance(chain, Chain):
                chain._read_again()
        self._chains.append(chain)

    def add_object(
        self, cgroup: Cgroup, new: Object, **fields: Fields("object", "-reuse_maps_of -link -dry_run")
    ) -> None:
        """Adds a step for each program of an object: it replaces the one entry of its name, at its
        attach type. The programs are loaded with one set of maps, and reuse the maps of all the old
        programs.

        only and skip are lists of names of programs, to take these alone or to leave them out. pin_dir is
        a directory in bpffs: each pin has the name of its program. The other options are those of add().
        """
        _cgswap.replace_add_object(self, _names.cgroup(cgroup), new, _names.values(of_object))
        self._add_chains()

    def add_recursive(
        self,
        cgroup: Cgroup,
        attach_type: str,
        old: Selector,
        new: Program | Source,
        **fields: Fields("step", "-pin -expected_revision -expected_cgroup_id"),
    ) -> None:
        """Adds a step for the cgroup and each one below it that holds the old program, as a plain
        entry or by a link. An object is loaded once for all old programs that share their maps and
        constants, and once for each that has its own. See groups.

        old is a selector that fits in many cgroups: an id, "name:NAME", "tag:HEX", or the pin or
        descriptor of a program. match is a pattern for the names of the cgroups (for their paths below
        cgroup, if it has a slash). If the programs differ in their tags, add_recursive() raises an error
        (Cause.TAGS_DIFFER) unless any_tag is true. The other options are those of add().

        A cgroup that is removed later is not a failure: its step is "gone". When the steps are done,
        commit() looks for cgroups that came meanwhile, and does them too.
        """
        _cgswap.replace_add_recursive(
            self,
            _names.cgroup(cgroup),
            attach_type,
            _names.selector(old),
            _names.source(new),
            _names.values(of_step),
        )
        self._add_chains()

    @property
    def groups(self) -> list[cgswap.Group]:
        """The swaps in groups: the old programs of a group have the same tag and maps, and get the
        same new program."""
        return [cgswap.Group(*group) for group in _cgswap.groups(self)]

    @property
    def steps(self) -> list[cgswap.Step]:
        """The present state of all steps."""
        return [cgswap.Step(chain, *step) for chain, step in zip(self._chains, _cgswap.steps(self))]

    @property
    def id(self) -> int:
        """The ID of the transaction that the last commit() or rollback() was, which no other one on
        this host has; 0 before the first. With a journal, Session.recover() shows it."""
        return _cgswap.replace_get_id(self)

    def __len__(self) -> int:
        return _cgswap.replace_get_length(self)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[cgswap.Step]:
        return iter(self.steps)

    @overload
    def __getitem__(self, index: SupportsIndex) -> cgswap.Step: ...

    @overload
    def __getitem__(self, index: slice) -> list[cgswap.Step]: ...

    def __getitem__(self, index: Any) -> Any:
        return self.steps[index]

    # Checking and committing

    def check(self) -> None:
        """Raises the exception that commit() would raise now, and changes nothing. Each step has its
        own cause."""
        _cgswap.replace_check(self)

    def commit(
        self, progress: Callable[[int, int], object] | None = None, **fields: Fields("commit", "-progress")
    ) -> None:
        """Does all steps or none: after an error, the steps that are done are undone.

        event is called with each Event, also while steps are undone, and stops the commit as progress
        does. check_first checks all steps before the first change. ignore_gone: a cgroup that was removed
        is not a failure of its step, as with add_recursive().

        With canary (steps, or "5%"), soak_ms or health the steps are done in waves: the canary first,
        then each wave doubles what is done. soak_ms is the time after the first wave. health is called
        with an Event after each wave; if it returns False or a text, the steps are undone
        (UnhealthyError, which has the text). follow_ms is how long to look for new cgroups after
        add_recursive().

        progress is called before each step with the number of steps done and the number of all steps.
        It stops the commit by returning False (UnhealthyError) or by an exception, which is raised
        after the steps are undone. retry_time_ms: how long a step is tried again if its chain changes;
        None: as the session's.
        """
        try:
            _cgswap.replace_commit(self, {"progress": progress, **_names.values(of_commit)})
        finally:
            self._add_chains()
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

