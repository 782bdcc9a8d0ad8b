# SPDX-License-Identifier: BSD-2-Clause
"""Shared by the scripts: the usual fixture, and checks of exceptions."""

import os

import cgswap
import raw
from tap import diag, ok


class Fixture:
    """A scratch cgroup with count passing programs at egress, named p0, p1 ..., which are attached by raw
    system calls in multi mode, and another program, `spare`, which is not attached."""

    def __init__(self, name="fixture", count=3, flags=raw.MULTI):
        self.path, self.fd = raw.scratch(name)
        self.session = cgswap.Session()
        self.programs = [raw.program(raw.EGRESS, f"p{n}") for n in range(count)]
        for program in self.programs:
            raw.attach(self.fd, program, raw.EGRESS, flags)
        self.ids = [raw.program_id(program) for program in self.programs]
        self.chain = self.session.chain(self.path, "egress")
        self.spare = raw.program(raw.EGRESS, "spare")
        self.spare_id = raw.program_id(self.spare)

    def now(self):
        """The ids of the kernel's chain, in order."""
        return raw.chain(self.fd, raw.EGRESS)[0]

    def state(self):
        """Ids, mode and revision of the kernel's chain."""
        return raw.chain(self.fd, raw.EGRESS)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.session.close()
        for fd in [*self.programs, self.spare]:
            os.close(fd)
        raw.remove(self.path, self.fd)
        os.close(self.fd)


def refused(call, cause, name, kind=cgswap.CgswapError):
    """Checks that the call fails with this cause and class. Returns the exception."""
    try:
        call()
    except cgswap.CgswapError as error:
        if not ok(error.cause == cause and isinstance(error, kind), name):
            diag(f"     got: {error.cause!r}, {type(error).__name__}: {error}")
            diag(f"  wanted: {cause!r}, {kind.__name__}")
        return error
    ok(False, name)
    diag("     got: no error")
    return None


def raises(call, kind, name):
    """Checks that the call raises this class of exception. Returns it."""
    try:
        call()
    except kind as error:
        ok(True, name)
        return error
    except Exception as error:
        ok(False, name)
        diag(f"     got: {type(error).__name__}: {error}")
        return None
    ok(False, name)
    diag("     got: no exception")
    return None


class File:
    """An object with fileno()."""

    def __init__(self, fd):
        self._fd = fd

    def fileno(self):
        return self._fd
