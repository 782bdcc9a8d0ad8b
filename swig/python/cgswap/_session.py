# SPDX-License-Identifier: BSD-2-Clause
"""A session: the kernel and its features, the mounts of cgroup2 and bpffs, the log."""

from __future__ import annotations

import cgswap

from . import _cgswap, _names
from ._chain import Chain
from ._handle import Handle
from ._object import Object
from ._program import Program
from ._replace import Replace
from ._types import *

_LEVELS = {_cgswap.LOG_WARNING: 30, _cgswap.LOG_INFO: 20, _cgswap.LOG_DEBUG: 10}  # those of logging


class Session(Handle):
    """A session opens chains, programs and transactions, and closes them with itself.

    kernel is "live", the running one, or the name of a model. cgroup_root and bpffs are mounts, by
    default the first of their kind. disable_features lists features that are treated as missing.
    scratch_cgroup is where features that need a cgroup are tested, by default the cgroup of this
    process. state_dir is the directory of the journals of transactions, see replace() and recover().
    If other processes or signals disturb a call, it tries again for retry_time_ms, by default 100.
    world fills the model with cgroups and programs, for tests: see docs/python.md. Use a session in
    a with-block, or call close().
    """

    # fields: session

    def __init__(self, **fields: Fields("session")) -> None:
        self._log: Callable[[int, str], None] | None = None
        _cgswap.session_open(self, _names.values(of_session))

    def _describe(self) -> str:
        return f"of the {self.kernel} kernel, cgroups at {self.cgroup_root}"

    def close(self) -> None:
        """Closes the session and everything that was opened from it. Closing twice is allowed."""
        _cgswap.session_close(self)
        self._log = None

    # Opening

    def chain(self, cgroup: Cgroup, attach_type: str) -> Chain:
        """Opens the chain of a cgroup and an attach type, and reads it.

        cgroup is a path, absolute or relative to the cgroup2 mount, or an object with fileno().
        attach_type is a full or a short name, such as "cgroup_inet_egress" or "egress".
        """
        return Chain(self, cgroup, attach_type)

    def program(self, source: Source, **fields: Fields("program")) -> Program:
        """Opens a program: "obj:FILE[#PROGRAM]", "pin:PATH", "id:N" or "fd:N".

        An int is an id, a path is an object's (*.o) or a pin's, and an Entry or an object with
        fileno() is accepted too. An object is loaded for attach_type, or by default for the attach type
        that its section names. Its maps are new, except for compatible maps of reuse_maps_of, a loaded
        program or a list of them; maps and map_choices are the policy for them, as in Replace.add(). The same holds
        for its constants; constant_choices sets them without an old program too.
        """
        return Program(self, source, **of_program)

    def object(self, path: Path) -> Object:
        """Reads an object file without loading it, which needs no privilege."""
        return Object(self, path)

    def replace(self, **fields: Fields("replace")) -> Replace:
        """Creates a transaction without steps.

        verify: read the chain after each swap and check its position. retries: how often a step reads
        again after its chain changed, at least: it does so until the retry time is over. None: the
        library's default; 0: never. dry_run: steps can be added and checked only, and nothing is changed.
        journal: a commit keeps a journal in the session's state_dir, so that recover() can end it if
        this process dies; until it ends, or is closed, no other such transaction begins. wait_ms: how
        long to wait for the end of another one. keep_old: the old programs are held after
        the commit, so that undo() can take it back; keep: those of so many transactions at most (10).
        """
        return Replace(self, **of_replace)

    def recover(
        self,
        *,
        finish: bool = False,
        undo: bool = False,
        wait_ms: int = 0,
        old_maps: bool = False,
    ) -> cgswap.Journal | None:
        """Ends the transaction with a journal whose process died: every entry gets the new program
        (finish) or the old one (undo), all or none. Entries that others have changed are left alone.

        With neither it only reads the journal. Returns the record of the transaction, with what each of its
        entries has now; None if no transaction is unfinished. wait_ms: how long to wait for the end of
        a running one. old_maps: also if slots of a program array were emptied since.
        """
        if finish and undo:
            raise TypeError("recover() takes finish or undo, not both")
        action = _cgswap.RECOVER_FINISH if finish else _cgswap.RECOVER_UNDO if undo else 0
        handle = _cgswap.Handle()
        _cgswap.session_recover(
            handle, self, {"action": action, "wait_ms": wait_ms, "old_maps": bool(old_maps)}
        )
        journal: cgswap.Journal = _cgswap.journal(handle)
        _cgswap.journal_close(handle)
        return journal if journal.id else None

    def undo(
        self,
        id: int = 0,
        *,
        wait_ms: int = 0,
        old_maps: bool = False,
    ) -> cgswap.Journal:
        """Takes back a transaction that was made with keep_old, by any process: the entries that still
        have its new programs get the old ones, all or none. Entries that others have changed are left
        alone.

        id: the number of the transaction; by default the newest that is held. Returns its record, with
        what each of its entries has now. old_maps: also if the maps of the old programs are not as they
        would be.
        """
        handle = _cgswap.Handle()
        _cgswap.session_undo(
            handle, self, {"id": _names.transaction(id), "wait_ms": wait_ms, "old_maps": bool(old_maps)}
        )
        journal: cgswap.Journal = _cgswap.journal(handle)
        _cgswap.journal_close(handle)
        return journal

    def forget(self, id: int) -> None:
        """Lets a transaction go: its old programs are held no longer, and it cannot be taken back."""
        _cgswap.session_forget(self, _names.transaction(id))

    def history(self) -> list[cgswap.Transaction]:
        """The transactions with a journal, the newest first, with what is held of each; one may not have ended."""
        handle = _cgswap.Handle()
        _cgswap.history_open(handle, self)
        history: list[cgswap.Transaction] = _cgswap.history(handle)
        _cgswap.history_close(handle)
        return history

    def find(
        self,
        selector: Selector,
        *,
        entries: bool = True,
        links: bool = True,
        pins: bool = True,
        processes: bool = True,
    ) -> cgswap.Found:
        """Finds where programs are on this machine: their entries in the chains of all cgroups, the
        links that hold them, the pins of both in every bpffs, and the processes that have one open.

        selector as in Chain.find(), but no "pos:N"; a name or a tag can select many programs. Each part
        of the machine is walked once; parts that are not asked for are empty. What could not be looked
        at is in the list unread: the result is then not complete.
        """
        what = (
            bool(entries) * _cgswap.FIND_ENTRIES
            | bool(links) * _cgswap.FIND_LINKS
            | bool(pins) * _cgswap.FIND_PINS
            | bool(processes) * _cgswap.FIND_PROCESSES
        )
        handle = _cgswap.Handle()
        _cgswap.find_open(handle, self, _names.selector(selector), what)
        found: cgswap.Found = _cgswap.found(handle)
        _cgswap.find_close(handle)
        return found

    def clean(self, *, dry_run: bool = False) -> tuple[cgswap.Leftover, ...]:
        """Removes what processes left because they were killed: temporary pins, in every bpffs, and scratch
        cgroups. Returns a list of all, with the reason for those that must stay.

        dry_run: only lists them, and changes nothing.
        """
        handle = _cgswap.Handle()
        _cgswap.clean_open(handle, self)
        if not dry_run:
            _cgswap.clean_remove(handle)
        leftovers: tuple[cgswap.Leftover, ...] = _cgswap.leftovers(handle)
        _cgswap.clean_close(handle)
        return leftovers

    # Features of the kernel

    def has(self, feature: FeatureName) -> bool:
        """Returns True if the kernel has a feature, given as a Feature or its name."""
        return _cgswap.session_has(self, _names.feature(feature))

    def has_attach_type(self, attach_type: str) -> bool:
        """Returns True if the kernel has an attach type, given by its full or short name."""
        return _cgswap.session_has_attach_type(self, attach_type)

    def probe(self, feature: FeatureName) -> str:
        """The system call that probed a feature, and the kernel's answer."""
        return _cgswap.session_get_probe(self, _names.feature(feature))

    def features(self) -> dict[cgswap.Feature, bool]:
        """All features, with True for those that the kernel has."""
        return {feature: self.has(feature) for feature in cgswap.Feature}

    # Cgroups

    def walk(self, visit: Callable[[str], Any], below: Cgroup | None = None) -> None:
        """Calls visit with the path of a cgroup and of each cgroup below it, parents first.

        below is the first cgroup; None: the cgroup2 mount. visit ends the walk by returning False,
        or by an exception, which is raised.
        """
        if not callable(visit):
            raise TypeError(f"visit: expected a callable, got {type(visit).__name__}")
        stopped = False

        def visit_one(path: str) -> bool:
            nonlocal stopped
            stopped = visit(path) is False
            return not stopped

        top = None if below is None else _names.cgroup(below)
        try:
            _cgswap.session_walk(self, top, visit_one)
        except InterruptedError:
            if not stopped:
                raise

    def cgroups(self, below: Cgroup | None = None) -> list[str]:
        """The paths that walk() visits."""
        paths: list[str] = []
        self.walk(paths.append, below)
        return paths

    # The log

    def set_log(self, log: Callable[[cgswap.LogLevel, str], Any] | None) -> None:
        """Calls log with the level and text of each line from now on; None removes it.

        It is called in the thread of the call that logs. Its exceptions do not stop that call:
        they go to sys.unraisablehook.
        """
        if log is None:
            _cgswap.session_set_log(self, None)
            self._log = None
            return
        if not callable(log):
            raise TypeError(f"log: expected a callable, got {type(log).__name__}")
        called = log

        def forward(level: int, line: str) -> None:
            called(cgswap.LogLevel(level), line)

        # The library has a weak reference to it; the Session keeps it alive.
        _cgswap.session_set_log(self, forward)
        self._log = forward

    def log_to(self, logger: Logger | None) -> None:
        """Sends the session's log to a logger of the logging module; None: discards it."""
        if logger is None:
            self.set_log(None)
            return
        log: Any = getattr(logger, "log", None)
        if not callable(log):
            raise TypeError(f"logger: expected a logger, got {type(logger).__name__}")
        self.set_log(lambda level, line: log(_LEVELS.get(level, 10), "%s", line))
