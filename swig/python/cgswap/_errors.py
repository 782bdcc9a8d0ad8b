# SPDX-License-Identifier: BSD-2-Clause
"""One exception class for each status. Each is also the builtin class that fits."""

from __future__ import annotations

from . import _cgswap
from ._generated import Cause, Status
from ._types import own_names


class _ErrorType(type):
    __dir__ = own_names  # help() need not list those of BaseException


class CgswapError(OSError, metaclass=_ErrorType):
    """An error of the library, or of the kernel.

    status is the value to branch on, and cause is more specific; errno is that of the system call that
    failed, or else one that fits. filename is the file, pin or cgroup that the message is about, or None.
    operation, message and remedy are one line each; log has the lines of libbpf or of the verifier, or
    is "". details has the names, paths and numbers of the message; "candidate" and "map" are lists.
    """

    status = Status.SYSTEM
    cause = Cause.NONE
    operation = ""
    message = ""
    remedy = ""
    log = ""
    details: dict[str, str | int | list[str]] = {}

    def __str__(self) -> str:
        if not self.message:
            return super().__str__()
        return f"{self.message} ({self.cause}); {self.remedy}"


class ArgumentError(CgswapError, ValueError):
    """An argument is invalid."""


class ClosedError(CgswapError, ValueError):
    """The handle is closed."""


class NotFoundError(CgswapError, FileNotFoundError):
    """A cgroup, program, pin or file does not exist."""


class TypeMismatchError(CgswapError, TypeError):
    """The object has another type than expected."""


class UnsupportedError(CgswapError, NotImplementedError):
    """The kernel does not support this."""


class NotAttachedError(CgswapError, LookupError):
    """The program is not attached to this chain."""


class AlreadyAttachedError(CgswapError, FileExistsError):
    """The program is already attached to this chain."""


class FullError(CgswapError):
    """The chain has no space left."""


class ConflictError(CgswapError):
    """The programs that are attached forbid this."""


class StaleError(CgswapError):
    """The chain or the cgroup changed since it was read."""


class PermissionDeniedError(CgswapError, PermissionError):
    """The process lacks a privilege."""


class IncompatibleError(CgswapError, ValueError):
    """The new program is incompatible with the old one."""


class RejectedError(CgswapError, ValueError):
    """The object file or the program is invalid."""


class BusyError(CgswapError, BlockingIOError):
    """The handle is in use in another call."""


class SystemFailureError(CgswapError):
    """A system call failed."""


class UnhealthyError(CgswapError, InterruptedError):
    """The commit was cancelled, and the old programs are restored."""


class PartialError(CgswapError):
    """Some changes could not be undone."""


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
del _status, _class


def make(
    fields: tuple[int, int, int, str, str, str, str], details: dict[str, str | int | list[str]]
) -> CgswapError:
    """Makes the exception of an error."""
    status, cause, errno, operation, message, remedy, log = fields
    error = _CLASSES.get(Status(status), CgswapError)(errno, message)
    error.status = Status(status)
    error.cause = Cause(cause)
    error.operation = operation
    error.message = message
    error.remedy = remedy
    error.log = log
    error.details = details
    error.filename = details.get("path") or details.get("pin") or details.get("cgroup")
    return error


_cgswap.set_error_factory(make)
