# SPDX-License-Identifier: BSD-2-Clause
"""Where we stand: which kernel, its features, the cgroup2 mount, bpffs, the log."""

from __future__ import annotations

import logging
from typing import Any, Callable

from . import _cgswap, _names
from ._chain import Chain
from ._enums import Feature, LogLevel
from ._object import Object
from ._program import Program
from ._replace import Replace
from ._tie import tie

_LEVELS = {
    LogLevel.WARNING: logging.WARNING,
    LogLevel.INFO: logging.INFO,
    LogLevel.DEBUG: logging.DEBUG,
}


class Session(_cgswap.Handle):
    """A session: chains, programs and replaces are opened from it, and closed with it.

    kernel is "live", the running one, or the name of a modelled one. cgroup_root and bpffs are
    mounts, by default the first of their kind. disable_features names features to do without. To be
    used in a with-block, or closed by close().
    """

    def __init__(
        self,
        *,
        kernel: str | None = None,
        cgroup_root: Any = None,
        bpffs: Any = None,
        disable_features: Any = None,
    ) -> None:
        options = {
            "kernel": kernel,
            "cgroup_root": cgroup_root,
            "bpffs": bpffs,
            "disable_features": _names.features(disable_features),
        }
        self._log: Callable[[int, str], None] | None = None
        self.this = _cgswap.session_open(options)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            return f"<cgswap.Session of the {self.kernel} kernel, cgroups at {self.cgroup_root}>"
        except ValueError:
            return "<cgswap.Session, closed>"

    def close(self) -> None:
        """Closes the session and all that was opened from it; a second close is fine."""
        _cgswap.session_close(self)
        self._log = None

    # Opening

    def chain(self, cgroup: Any, attach_type: str) -> Chain:
        """Opens the chain of one cgroup and one attach type, and reads it once.

        cgroup is a path, absolute or below the cgroup2 mount, or anything with fileno().
        attach_type is a full or a short name, such as "cgroup_inet_egress" or "egress".
        """
        return Chain(self, cgroup, attach_type)

    def program(
        self,
        source: Any,
        *,
        attach_type: str | None = None,
        reuse_maps_of: Any = None,
        maps: Any = None,
    ) -> Program:
        """Opens a program: "obj:FILE[#PROGRAM]", "pin:PATH", "id:N" or "fd:N".

        An int is an id, a path is an object's (*.o) or a pin's, and an Entry or anything with
        fileno() will do. An object is loaded, for attach_type, or for the attach type that it names
        itself. Its maps are new, but for those of the loaded program reuse_maps_of that fit; maps
        says which of them, as for Replace.add().
        """
        return Program(self, source, attach_type=attach_type, reuse_maps_of=reuse_maps_of, maps=maps)

    def object(self, path: Any) -> Object:
        """Reads an object file without loading anything, which needs no privilege."""
        return Object(self, path)

    def replace(self, *, verify: bool = True, retries: int | None = None) -> Replace:
        """Makes a transaction without steps.

        verify: look afterwards whether ours stands where it should. retries: how often a step
        looks again when its chain moved; None: as often as the library thinks right.
        """
        return Replace(self, verify=verify, retries=retries)

    # Features of the kernel

    def has(self, feature: Any) -> bool:
        """Whether the kernel has a feature: a Feature, or its name."""
        return _cgswap.session_has(self, _names.feature(feature))

    def has_attach_type(self, attach_type: str) -> bool:
        """Whether the kernel knows an attach type, by its full or short name."""
        return _cgswap.session_has_attach_type(self, attach_type)

    def probe(self, feature: Any) -> str:
        """What was asked to know of a feature, and what the kernel said."""
        return _cgswap.session_get_probe(self, _names.feature(feature))

    def features(self) -> dict[Feature, bool]:
        """All features, and whether the kernel has them."""
        return {feature: self.has(feature) for feature in Feature}


    # Cgroups

    def walk(self, visit: Callable[[str], object], below: Any = None) -> None:
        """Calls visit with the path of a cgroup and of each one below it, parents first.

        below is the cgroup to begin with; None: the cgroup2 mount. visit ends the walk by
        returning False, or by an exception, which comes through.
        """
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

    def cgroups(self, below: Any = None) -> list[str]:
        """The paths that walk() visits."""
        paths: list[str] = []
        self.walk(paths.append, below)
        return paths

    # The log

    def set_log(self, log: Callable[[LogLevel, str], object] | None) -> None:
        """Calls log with each line's level and text from now on; None stops that.

        It is called in the thread of the call that logs. What it raises does not stop that call:
        it goes to sys.unraisablehook.
        """
        if log is None:
            _cgswap.session_set_log(self, None)
            self._log = None
            return
        called = log

        def forward(level: int, line: str) -> None:
            called(LogLevel(level), line)

        # The library holds it weakly: the session's object is what keeps it.
        _cgswap.session_set_log(self, forward)
        self._log = forward

    def log_to(self, logger: logging.Logger | None) -> None:
        """Sends the session's log to a logger of the logging module; None: nowhere."""
        if logger is None:
            self.set_log(None)
            return
        log = logger.log
        self.set_log(lambda level, line: log(_LEVELS.get(level, logging.DEBUG), "%s", line))


tie(
    Session,
    kernel='"live", or the name of the modelled kernel.',
    cgroup_root='The cgroup2 mount, or "".',
    bpffs='The bpffs mount, or "".',
)
