# SPDX-License-Identifier: BSD-2-Clause
"""What the scripts share: the usual scene, and a check that something is refused."""

import os

import cgswap
import lab
from tap import diag, ok


class Scene:
    """A scratch cgroup with count passing programs at egress, named p0, p1 ..., attached by raw
    system calls in multi mode; one more, `spare`, is attached nowhere."""

    def __init__(self, name="scene", count=3, flags=lab.MULTI):
        self.path, self.fd = lab.scratch(name)
        self.session = cgswap.Session()
        self.programs = [lab.program(lab.EGRESS, f"p{n}") for n in range(count)]
        for program in self.programs:
            lab.attach(self.fd, program, lab.EGRESS, flags)
        self.ids = [lab.program_id(program) for program in self.programs]
        self.chain = self.session.chain(self.path, "egress")
        self.spare = lab.program(lab.EGRESS, "spare")
        self.spare_id = lab.program_id(self.spare)

    def now(self):
        """The ids that the kernel has, in order."""
        return lab.chain(self.fd, lab.EGRESS)[0]

    def state(self):
        """Ids, mode and revision that the kernel has."""
        return lab.chain(self.fd, lab.EGRESS)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.session.close()
        for fd in [*self.programs, self.spare]:
            os.close(fd)
        lab.remove(self.path, self.fd)
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
