#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Swaps a program, and watches the chain meanwhile, in an asyncio program over one session.
with_asyncio.py CGROUP ATTACH-TYPE OLD NEW"""

from __future__ import annotations

import asyncio
import sys

import cgswap


async def watch(
    session: cgswap.Session, cgroup: str, attach_type: str, begun: asyncio.Event, done: asyncio.Event
) -> int:
    """Reads the chain until done is set. Returns how often its revision changed."""
    try:
        chain = await asyncio.to_thread(session.chain, cgroup, attach_type)
        seen = {chain.revision}
    finally:
        begun.set()
    while not done.is_set():
        await asyncio.to_thread(chain.read)
        seen.add(chain.revision)
        await asyncio.sleep(0.001)
    await asyncio.to_thread(chain.read)
    return len(seen | {chain.revision}) - 1


async def main(cgroup: str, attach_type: str, old: str, new: str) -> None:
    begun, done = asyncio.Event(), asyncio.Event()
    # A call blocks its thread and releases the interpreter's lock, so it belongs into asyncio.to_thread().
    with cgswap.Session() as session:
        watcher = asyncio.create_task(watch(session, cgroup, attach_type, begun, done))
        try:
            await begun.wait()
            chain = await asyncio.to_thread(session.chain, cgroup, attach_type)
            swapped = await asyncio.to_thread(chain.replace, old, new)
            print(f"swapped at position {swapped[0].position}")
        finally:
            done.set()
            changes = await watcher  # before the session is closed, which a running call prevents
        print(f"{changes} changes seen")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: with_asyncio.py CGROUP ATTACH-TYPE OLD NEW")
    try:
        asyncio.run(main(*sys.argv[1:]))
    except cgswap.CgswapError as error:
        sys.exit(f"with_asyncio: {error}")
