# SPDX-License-Identifier: BSD-2-Clause
"""The base classes of the enums in _generated.py, and a record that has no handle."""

from __future__ import annotations

from enum import EnumMeta, IntEnum

from . import _cgswap
from ._types import TYPE_CHECKING, Any, NamedTuple, own_names

if TYPE_CHECKING:
    from . import _generated


class _NamedType(EnumMeta):
    __dir__ = own_names  # help() need not list the methods of int

    @property
    def __signature__(cls) -> None:
        # As int has none. That of Enum is for making enums, and help() would show it for each class.
        raise ValueError(f"no signature found for {cls!r}")


class Named(IntEnum, metaclass=_NamedType):
    """An enum whose str() is the name in lower case, as everywhere in cgswap. A member equals its number
    and its name."""

    def __eq__(self, other: object) -> bool:
        return str(self) == other if isinstance(other, str) else int.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = IntEnum.__hash__

    def __str__(self) -> str:
        return self.name.lower()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce_ex__(self, protocol: object) -> Any:
        # by its number, since a member that this module does not know has no name
        return type(self), (int(self),)

    @classmethod
    def _missing_(cls, value: object) -> Named | None:
        if isinstance(value, str):
            return next((member for member in cls if str(member) == value), None)
        # A newer library may have more members than this module.
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class Status(Named):
    """See _generated."""

    def __str__(self) -> str:
        return _cgswap.status_get_name(self) or self.name.lower()


class Cause(Named):
    """See _generated."""

    @classmethod
    def by_name(cls, name: str) -> _generated.Cause:
        """Finds a cause by its name ("not_attached"). Raises KeyError if there is none."""
        value = _cgswap.cause_get_by_name(name)
        if not value:
            raise KeyError(name)
        return cls(value)  # type: ignore[return-value]

    def __str__(self) -> str:
        return _cgswap.cause_get_name(self) or self.name.lower()

    @property
    def status(self) -> _generated.Status:
        """The status that belongs to the cause."""
        from ._generated import Status as Made

        return Made(_cgswap.cause_get_status(self))

    @property
    def per_cgroup(self) -> bool:
        """True if the cause is something in one cgroup: the same call may succeed in another."""
        return _cgswap.cause_get_per_cgroup(self)

    @property
    def errnos(self) -> tuple[str, ...]:
        """The names of the errnos that the kernel returns for this cause."""
        return tuple(_cgswap.cause_get_errnos(self).split())

    @property
    def meaning(self) -> str:
        """The meaning, in a sentence."""
        return _cgswap.cause_get_meaning(self)

    @property
    def remedy(self) -> str:
        """The remedy, in a sentence."""
        return _cgswap.cause_get_remedy(self)

    @property
    def example(self) -> str:
        """An example in two lines: a command or a call, and its output."""
        return _cgswap.cause_get_example(self)


class Feature(Named):
    """See _generated."""

    def __str__(self) -> str:
        return _cgswap.feature_get_name(self) or self.name.lower()

    @property
    def kernel(self) -> str:
        """The first mainline kernel with the feature, such as "5.6"."""
        return _cgswap.feature_get_kernel(self)


class AttachType(NamedTuple):
    """An attach type.

    name: The full name ("cgroup_inet_egress").
    short_name: The short name ("egress").
    program_type: The type of its programs.
    sections: The names of its sections in object files.
    sees: The events for which the kernel runs a program.
    """

    name: str
    short_name: str
    program_type: str
    sections: tuple[str, ...]
    sees: str
