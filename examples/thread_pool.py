#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Swaps a program in many cgroups, with a pool of threads over one session.
thread_pool.py ATTACH-TYPE OLD NEW CGROUP..."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import cgswap


def main(attach_type: str, old: str, new: str, cgroups: list[str]) -> int:
    with cgswap.Session() as session:

        def swap(cgroup: str) -> str:
            # A chain serves one thread at a time, so each call opens its own. The session serves all.
            try:
                with session.chain(cgroup, attach_type) as chain:
                    return f"{cgroup}: position {chain.replace(old, new)[0].position}"
            except cgswap.CgswapError as error:
                return f"{cgroup}: {error.cause}"

        with ThreadPoolExecutor(max_workers=4) as pool:
            for line in pool.map(swap, cgroups):
                print(line)
        # All threads are done: closing the session now closes what they opened.
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit("usage: thread_pool.py ATTACH-TYPE OLD NEW CGROUP...")
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
