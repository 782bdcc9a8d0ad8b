# SPDX-License-Identifier: BSD-2-Clause
"""The descriptor of a link."""

from __future__ import annotations

import os

from ._handle import HandleType


class Link(metaclass=HandleType):
    """The descriptor of a link that Chain.attach() created. It keeps the link attached.

    close(), the end of a with-block and the garbage collector close it. Its program is then detached,
    unless the link is also open elsewhere, as in a Replace that swapped it. A Link may be used as a
    selector, and wherever an object with fileno() is accepted. To keep a link for longer than the
    process, attach with pin=PATH.

    On a model the descriptor is the model's own and ends with its session; closing the Link only
    forgets it.
    """

    _close = staticmethod(os.close)  # still there when the interpreter clears its modules

    def __init__(self, fd: int, *, modelled: bool = False) -> None:
        if not isinstance(fd, int):
            raise TypeError(f"fd: expected a descriptor (int), got {type(fd).__name__}")
        self._fd = fd
        self._modelled = modelled

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_fd", -1) >= 0 and not self._modelled:
            import warnings

            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)
            self.close()

    def __repr__(self) -> str:
        fd = getattr(self, "_fd", -1)
        return "<cgswap.Link, closed>" if fd < 0 else f"<cgswap.Link, descriptor {fd}>"

    @property
    def closed(self) -> bool:
        """True after close() or release()."""
        return self._fd < 0

    def fileno(self) -> int:
        """The descriptor. The Link still owns it."""
        if self._fd < 0:
            raise ValueError("the link's descriptor is closed")
        return self._fd

    def close(self) -> None:
        """Closes the descriptor. Closing twice is allowed."""
        fd, self._fd = self._fd, -1
        if fd >= 0 and not self._modelled:
            self._close(fd)

    def release(self) -> int:
        """Returns the descriptor, which the caller must close from now on."""
        fd = self.fileno()
        self._fd = -1
        return fd
