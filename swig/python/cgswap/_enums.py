# SPDX-License-Identifier: BSD-2-Clause
"""The library's enums. Their members and numbers are those of cgswap.h."""

from __future__ import annotations

from enum import IntEnum

from . import _cgswap


def _members(prefix: str) -> dict[str, int]:
    return {
        name[len(prefix):]: value
        for name, value in vars(_cgswap).items()
        if name.startswith(prefix)
    }


class _Named(IntEnum):
    """An enum whose str() is the name in lower case, as everywhere in cgswap."""

    def __str__(self) -> str:
        return self.name.lower()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @classmethod
    def _missing_(cls, value: object) -> _Named | None:
        # A newer library may have more members than this module.
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class _Status(_Named):
    """The value that a caller branches on. Each status has an exception class."""

    def __str__(self) -> str:
        return _cgswap.status_get_name(self) or self.name.lower()


class _Cause(_Named):
    """The specific cause of an error."""

    @classmethod
    def by_name(cls, name: str) -> _Cause:
        """Finds a cause by its name ("not_attached"). Raises KeyError if there is none."""
        value = _cgswap.cause_get_by_name(name)
        if not value:
            raise KeyError(name)
        return cls(value)

    def __str__(self) -> str:
        return _cgswap.cause_get_name(self) or self.name.lower()

    @property
    def status(self) -> Status:
        """The status that belongs to the cause."""
        return Status(_cgswap.cause_get_status(self))

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


class _Feature(_Named):
    """A feature of the kernel."""

    def __str__(self) -> str:
        return _cgswap.feature_get_name(self) or self.name.lower()

    @property
    def kernel(self) -> str:
        """The first mainline kernel with the feature, such as "5.6"."""
        return _cgswap.feature_get_kernel(self)


class _Mode(_Named):
    """The mode in which the programs of a chain are attached."""


class _MapPolicy(_Named):
    """The policy for the old program's maps when an object's program replaces it."""


class _Guard(_Named):
    """The value that the kernel compared when it made a swap."""


class _StepState(_Named):
    """The state of one step of a Replace."""


class _LogLevel(_Named):
    """The level of a log line."""


def _make(base: type[_Named], prefix: str, **more: int):
    members = {**more, **_members(prefix)}
    enum = base(base.__name__.lstrip("_"), members, module="cgswap")
    enum.__doc__ = base.__doc__
    return enum


Status = _make(_Status, "E_", OK=_cgswap.OK)
Cause = _make(_Cause, "CAUSE_")
Feature = _make(_Feature, "FEATURE_")
Mode = _make(_Mode, "MODE_")
MapPolicy = _make(_MapPolicy, "MAPS_")
Guard = _make(_Guard, "GUARD_")
StepState = _make(_StepState, "STEP_")
LogLevel = _make(_LogLevel, "LOG_")
