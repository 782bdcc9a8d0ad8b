# SPDX-License-Identifier: BSD-2-Clause
"""A link's descriptor."""

from __future__ import annotations

import os
import warnings


class Link:
    """The descriptor of a link that Chain.attach() made, which is what keeps the link alive.

    close(), the end of a with-block, and the collector close it: its program is off the chain
    then, unless something else holds the link too, as a Replace does that was done through it. It
    may be used as a selector, and anywhere else that takes what has fileno(). To keep a link for
    longer than a process, attach with pin=PATH.

    Of a modelled kernel it is the model's own descriptor, which goes with its session: here it is
    only forgotten.
    """

    _close = staticmethod(os.close)  # there to the last, when modules are being taken apart

    def __init__(self, fd: int, *, modelled: bool = False) -> None:
        self._fd = fd
        self._modelled = modelled

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_fd", -1) >= 0 and not self._modelled:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)
            self.close()

    def __repr__(self) -> str:
        return "<cgswap.Link, closed>" if self._fd < 0 else f"<cgswap.Link, descriptor {self._fd}>"

    @property
    def closed(self) -> bool:
        """Whether it was closed, or given away."""
        return self._fd < 0

    def fileno(self) -> int:
        """Its descriptor, which stays the object's own."""
        if self._fd < 0:
            raise ValueError("the link's descriptor is closed")
        return self._fd

    def close(self) -> None:
        """Closes the descriptor. A second close is fine."""
        fd, self._fd = self._fd, -1
        if fd >= 0 and not self._modelled:
            self._close(fd)

    def release(self) -> int:
        """Gives the descriptor away: the caller closes it from now on."""
        fd = self.fileno()
        self._fd = -1
        return fd
