# SPDX-License-Identifier: BSD-2-Clause
"""Connects a Python class with SWIG's wrapper of its handle."""

from __future__ import annotations

from . import _cgswap


def tie(kind: type, **getters: str) -> None:
    """Registers a class with SWIG, which then frees its handles, and adds an attribute with a
    docstring for each getter."""
    name = kind.__name__
    kind.__swig_destroy__ = getattr(_cgswap, f"delete_{name}")
    getattr(_cgswap, f"{name}_swigregister")(kind)
    del kind.__swig_destroy__
    for getter, doc in getters.items():
        function = getattr(_cgswap, f"{name.lower()}_get_{getter}")
        _cgswap.add_getter(kind, getter, function, doc)
