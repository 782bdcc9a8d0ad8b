# SPDX-License-Identifier: BSD-2-Clause
"""One exception class for each status. Each is also the builtin class that fits."""

from __future__ import annotations

import cgswap

from . import _cgswap
from ._types import TYPE_CHECKING, Any


class _Member:
    """A member of an enum, which is made when it is used."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind = kind
        self.number = number

    def __get__(self, error: object, owner: object = None) -> Any:
        return getattr(cgswap, self.kind)(self.number)


class _ErrorType(type):
    def __dir__(cls) -> list[str]:
        # help() need not list for each class the names of CgswapError and BaseException
        return sorted(name for name in vars(cls) if name[0] != "_")


class CgswapError(OSError, metaclass=_ErrorType):
    """An error of the library, or of the kernel.

    status is the value to branch on, and cause is more specific; errno is that of the system call that
    failed, or else one that fits. filename is the file, pin or cgroup that the message is about, or None.
    operation, message and remedy are one line each; log has the lines of libbpf or of the verifier, or
    is "". details has the names, paths and numbers of the message; "candidate" and "map" are lists.
    """

    if TYPE_CHECKING:
        status: cgswap.Status
        cause: cgswap.Cause
    else:
        status = _Member("Status", _cgswap.E_SYSTEM)
        cause = _Member("Cause", _cgswap.CAUSE_NONE)
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


_CLASSES: dict[int, type[CgswapError]] = {
    _cgswap.E_ARGUMENT: ArgumentError,
    _cgswap.E_CLOSED: ClosedError,
    _cgswap.E_NOT_FOUND: NotFoundError,
    _cgswap.E_TYPE_MISMATCH: TypeMismatchError,
    _cgswap.E_UNSUPPORTED: UnsupportedError,
    _cgswap.E_NOT_ATTACHED: NotAttachedError,
    _cgswap.E_ALREADY_ATTACHED: AlreadyAttachedError,
    _cgswap.E_FULL: FullError,
    _cgswap.E_CONFLICT: ConflictError,
    _cgswap.E_STALE: StaleError,
    _cgswap.E_PERMISSION: PermissionDeniedError,
    _cgswap.E_INCOMPATIBLE: IncompatibleError,
    _cgswap.E_REJECTED: RejectedError,
    _cgswap.E_BUSY: BusyError,
    _cgswap.E_SYSTEM: SystemFailureError,
    _cgswap.E_UNHEALTHY: UnhealthyError,
    _cgswap.E_PARTIAL: PartialError,
    _cgswap.E_NO_MEMORY: NoMemoryError,
}

for _status, _class in _CLASSES.items():
    setattr(_class, "status", _Member("Status", _status))
del _status, _class


def make(
    fields: tuple[int, int, int, str, str, str, str], details: dict[str, str | int | list[str]]
) -> CgswapError:
    """Makes the exception of an error."""
    status, cause, errno, operation, message, remedy, log = fields
    error = _CLASSES.get(status, CgswapError)(errno, message)
    error.status = cgswap.Status(status)
    error.cause = cgswap.Cause(cause)
    error.operation = operation
    error.message = message
    error.remedy = remedy
    error.log = log
    error.details = details
    error.filename = details.get("path") or details.get("pin") or details.get("cgroup")
    return error


_cgswap.set_error_factory(make)
