# SPDX-License-Identifier: BSD-2-Clause
"""One exception class for each status. Each is also the builtin class that fits."""

from __future__ import annotations

import cgswap

from . import _cgswap
from ._types import *


class _Member:
    """A member of an enum, which is made when it is used."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind = kind
        self.number = number

    def __get__(self, error: object, owner: object = None) -> Any:
        return getattr(cgswap, self.kind)(self.number)


class _ErrorType(type):
    def __dir__(cls) -> list[str]:
        # help() need not list for each class the names of CgswapError and BaseException, nor its status
        return sorted(name for name in vars(cls) if name[0] != "_" and cls.__base__ is OSError)


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
        return f"{self.message} [{self.cause}]; {self.remedy}"


# errors

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
