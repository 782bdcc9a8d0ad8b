# SPDX-License-Identifier: BSD-2-Clause
"""An entry of a chain."""

from __future__ import annotations

from . import _cgswap
from ._generated import CLASSES, ENTRY_PARTS, EntryFields
from ._types import Any

_METADATA: Any = vars(EntryFields)["metadata"]  # the slot


class Entry(EntryFields):
    """An entry of a chain's snapshot.

    Parts that are not known yet (links, preorder, metadata) are read when they are used, unless the
    chain was read again.
    """

    __slots__ = ("_chain", "_revision", "_snapshot")
    _chain: Any
    _revision: int
    _snapshot: object

    def __new__(cls) -> Entry:
        raise TypeError("only chains have entries")

    def __getattr__(self, name: str) -> Any:
        part = ENTRY_PARTS.get(name)
        if part is None:
            raise AttributeError(f"an Entry has no attribute {name!r}")
        _cgswap.entry_read(self, part)
        return getattr(self, name)

    @property  # type: ignore[override]
    def metadata(self) -> dict[str, str]:
        """The program's metadata (bpf_metadata_*): texts by name. The dict is the caller's own."""
        try:
            return dict(_METADATA.__get__(self))
        except AttributeError:
            _cgswap.entry_read(self, ENTRY_PARTS["metadata"])
            return dict(_METADATA.__get__(self))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("an Entry cannot be changed")

    def __repr__(self) -> str:
        try:
            name, tag = object.__getattribute__(self, "name"), object.__getattribute__(self, "tag")
        except AttributeError:
            return f"<cgswap.Entry {self.position}: id {self.id}>"
        return f"<cgswap.Entry {self.position}: id {self.id}, name {name!r}, tag {tag}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return (self._chain is other._chain and self.position == other.position
                and self.id == other.id)

    def __hash__(self) -> int:
        return self.id * 64 + self.position


_cgswap.set_classes({**CLASSES, "entry": Entry})
