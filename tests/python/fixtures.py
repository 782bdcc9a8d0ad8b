# SPDX-License-Identifier: BSD-2-Clause
"""What the scripts share: the usual fixture, and a check that something is refused."""

import os

import cgswap
import raw
from tap import diag, ok


class Fixture:
    """A scratch cgroup with count passing programs at egress, named p0, p1 ..., attached by raw
    system calls in multi mode; one more, `spare`, is attached nowhere."""

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
        """The ids that the kernel has, in order."""
        return raw.chain(self.fd, raw.EGRESS)[0]

    def state(self):
        """Ids, mode and revision that the kernel has."""
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
    """One check: the call is refused for this cause, by an exception of this class. Gives it."""
    try:
        call()
    except cgswap.CgswapError as error:
        if not ok(error.cause == cause and isinstance(error, kind), name):
            diag(f"     got: {error.cause!r}, {type(error).__name__}: {error}")
            diag(f"  wanted: {cause!r}, {kind.__name__}")
        return error
    ok(False, name)
    diag("     got: no refusal")
    return None


def raises(call, kind, name):
    """One check: the call raises this class of exception. Gives it."""
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
    """Anything with fileno()."""

    def __init__(self, fd):
        self._fd = fd

    def fileno(self):
        return self._fd
