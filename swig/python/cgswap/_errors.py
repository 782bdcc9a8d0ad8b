# SPDX-License-Identifier: BSD-2-Clause
"""One exception class for each status, each of them also the builtin that one expects."""

from __future__ import annotations

from . import _cgswap
from ._enums import Cause, Status


class CgswapError(OSError):
    """A refusal by the library, or by the kernel behind it.

    status is what to branch on, cause says precisely why; errno is the system's, or None where
    the refusal did not come from the system. operation, message and remedy are one line each;
    log is libbpf's or the verifier's, of many lines, or "".
    """

    status = Status.SYSTEM
    cause = Cause.NONE
    operation = ""
    message = ""
    remedy = ""
    log = ""

    def __str__(self) -> str:
        if not self.message:
            return super().__str__()
        return f"{self.message} ({self.cause}); {self.remedy}"


class ArgumentError(CgswapError, ValueError):
    """The request itself is wrong."""


class ClosedError(CgswapError, ValueError):
    """The handle was closed."""


class NotFoundError(CgswapError, FileNotFoundError):
    """A cgroup, program, pin or file is not there."""


class TypeMismatchError(CgswapError, TypeError):
    """It is there, but of another kind."""


class UnsupportedError(CgswapError, NotImplementedError):
    """This kernel cannot do it."""


class NotAttachedError(CgswapError, LookupError):
    """The program is not where it was looked for."""


class AlreadyAttachedError(CgswapError, FileExistsError):
    """The program is in the chain already."""


class FullError(CgswapError):
    """No place is left in the chain."""


class ConflictError(CgswapError):
    """What stands there forbids it."""


class StaleError(CgswapError):
    """It changed since it was read."""


class PermissionDeniedError(CgswapError, PermissionError):
    """Privilege is missing."""


class IncompatibleError(CgswapError, ValueError):
    """The new and the old program do not go together."""


class RejectedError(CgswapError, ValueError):
    """The object file or program was refused."""


class BusyError(CgswapError, BlockingIOError):
    """Somebody else is at it."""


class SystemFailureError(CgswapError):
    """The system failed us."""


class UnhealthyError(CgswapError, InterruptedError):
    """Stopped on request; the old programs are back."""


class PartialError(CgswapError):
    """Something stayed changed."""


class NoMemoryError(CgswapError, MemoryError):
    """Out of memory."""


_CLASSES: dict[Status, type[CgswapError]] = {
    Status.ARGUMENT: ArgumentError,
    Status.CLOSED: ClosedError,
    Status.NOT_FOUND: NotFoundError,
    Status.TYPE_MISMATCH: TypeMismatchError,
    Status.UNSUPPORTED: UnsupportedError,
    Status.NOT_ATTACHED: NotAttachedError,
    Status.ALREADY_ATTACHED: AlreadyAttachedError,
    Status.FULL: FullError,
    Status.CONFLICT: ConflictError,
    Status.STALE: StaleError,
    Status.PERMISSION: PermissionDeniedError,
    Status.INCOMPATIBLE: IncompatibleError,
    Status.REJECTED: RejectedError,
    Status.BUSY: BusyError,
    Status.SYSTEM: SystemFailureError,
    Status.UNHEALTHY: UnhealthyError,
    Status.PARTIAL: PartialError,
    Status.NO_MEMORY: NoMemoryError,
}

for _status, _class in _CLASSES.items():
    _class.status = _status


def _make(
    status: int, cause: int, errno: int, operation: str, message: str, remedy: str, log: str
) -> CgswapError:
    error = _CLASSES.get(Status(status), CgswapError)(errno or None, message)
    error.status = Status(status)
    error.cause = Cause(cause)
    error.operation = operation
    error.message = message
    error.remedy = remedy
    error.log = log
    return error


_cgswap.set_error_factory(_make)
