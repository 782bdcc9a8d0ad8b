# SPDX-License-Identifier: BSD-2-Clause
"""How a class written here is tied to what SWIG made for its handle."""

from __future__ import annotations

from . import _cgswap


def tie(kind: type, **getters: str) -> None:
    """Tells SWIG what destroys the handles of a class, and gives the class attributes that call
    the getters of those names; each comes with its docstring."""
    name = kind.__name__
    kind.__swig_destroy__ = getattr(_cgswap, f"delete_{name}")
    getattr(_cgswap, f"{name}_swigregister")(kind)
    del kind.__swig_destroy__
    for getter, doc in getters.items():
        function = getattr(_cgswap, f"{name.lower()}_get_{getter}")
        _cgswap.add_getter(kind, getter, function, doc)
