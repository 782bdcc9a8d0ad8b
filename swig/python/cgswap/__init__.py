# SPDX-License-Identifier: BSD-2-Clause
"""Swap a live cgroup-BPF program for its next version, in its place in the chain.

    with cgswap.Session() as session:
        chain = session.chain("/sys/fs/cgroup/web.slice", "egress")
        for entry in chain:
            print(entry.position, entry.id, entry.name)
        done = chain.replace("name:fw", "fw2.o#egress")
        done.rollback()

Errors of the kernel or the library are CgswapErrors with a specific cause and a remedy.
"""

from __future__ import annotations

import cgswap

from . import _cgswap, _chain, _object, _program, _replace
from ._cgswap import Entry
from ._chain import Chain
from ._errors import *
from ._link import Link
from ._object import Object
from ._program import Program
from ._replace import Replace
from ._session import Session
from ._types import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._enums import AttachType
# names: AttachType Chain Entry Link Object Program Replace Session abi_describe attach_types errno_name

__version__ = _cgswap.version()


def __getattr__(name: str) -> Any:
    # The module enum takes longer to import than this package: enums and records are made when one is used.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import _generated  # noqa: F401, it puts them into this module

    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def attach_types() -> list[cgswap.AttachType]:
    """The attach types that the library knows."""
    return [
        cgswap.AttachType(
            _cgswap.attach_type_get_name(index),
            _cgswap.attach_type_get_short_name(index),
            _cgswap.attach_type_get_program_type(index),
            tuple(_cgswap.attach_type_get_sections(index).split()),
            _cgswap.attach_type_get_sees(index),
        )
        for index in range(_cgswap.attach_type_get_count())
    ]


def errno_name(errno: int) -> str:
    """The name of an errno ("EINVAL"); "" for one that bpf(2) does not return."""
    if not isinstance(errno, int):
        raise TypeError(f"errno: expected an int, got {type(errno).__name__}")
    return _cgswap.errno_get_name(errno) if abs(errno) < 1 << 31 else ""


def abi_describe() -> str:
    """The library's ABI as C declarations, for bindings by cffi or ctypes."""
    return _cgswap.abi_describe()


# typing.get_type_hints() finds the classes that these modules can import only for type checkers.
for _module in (_chain, _object, _program, _replace):
    vars(_module).update(Chain=Chain, Object=Object, Session=Session)
del _module

# Users see all names in the module cgswap.
for _name in {*__all__} & {*globals()}:
    globals()[_name].__module__ = __name__
del _name
