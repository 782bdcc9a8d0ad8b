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
    """Members are written in lower case, as everywhere in cgswap."""

    def __str__(self) -> str:
        return self.name.lower()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @classmethod
    def _missing_(cls, value: object) -> _Named | None:
        # A library newer than this module may know more.
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class _Status(_Named):
    """What a caller branches on; each has its exception class."""

    def __str__(self) -> str:
        return _cgswap.status_get_name(self) or self.name.lower()


class _Cause(_Named):
    """Why: one precise reason for a refusal."""

    @classmethod
    def by_name(cls, name: str) -> _Cause:
        """The cause of this name ("not_attached"); KeyError when there is none."""
        value = _cgswap.cause_get_by_name(name)
        if not value:
            raise KeyError(name)
        return cls(value)

    def __str__(self) -> str:
        return _cgswap.cause_get_name(self) or self.name.lower()

    @property
    def status(self) -> Status:
        """The status that goes with it."""
        return Status(_cgswap.cause_get_status(self))

    @property
    def errnos(self) -> tuple[str, ...]:
        """The names of the errnos behind which it hides."""
        return tuple(_cgswap.cause_get_errnos(self).split())

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return _cgswap.cause_get_meaning(self)

    @property
    def remedy(self) -> str:
        """What to do about it, in a sentence."""
        return _cgswap.cause_get_remedy(self)

    @property
    def example(self) -> str:
        """A command or a call, and its answer, in two lines."""
        return _cgswap.cause_get_example(self)


class _Feature(_Named):
    """What a kernel can do."""

    def __str__(self) -> str:
        return _cgswap.feature_get_name(self) or self.name.lower()

    @property
    def kernel(self) -> str:
        """The mainline kernel that brought it, such as "5.6"."""
        return _cgswap.feature_get_kernel(self)


class _Mode(_Named):
    """How the programs of one chain were attached."""


class _MapPolicy(_Named):
    """What becomes of the maps of an old program when an object's takes its place."""


class _Guard(_Named):
    """What a swap was held to while the kernel made it."""


class _StepState(_Named):
    """What one step of a replace has come to."""


class _LogLevel(_Named):
    """How much a line of the log matters."""


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
