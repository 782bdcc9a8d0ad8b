#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Attaches an object's program for some time, by a link: when this ends, the program is detached.
try_out.py CGROUP ATTACH-TYPE OBJECT SECONDS"""

from __future__ import annotations

import sys
import time

import cgswap


def main(cgroup: str, attach_type: str, path: str, seconds: float) -> None:
    with cgswap.Session() as session:
        # Inspecting an object loads nothing and needs no privilege.
        for name, value in session.object(path).metadata.items():
            print(f"{name}: {value}")
        chain = session.chain(cgroup, attach_type)
        with chain.attach(path, link=True) as link:
            entry = chain.find(link)
            print(f"{entry.id} is attached at position {entry.position} by link {entry.link_id}")
            time.sleep(seconds)
        print(f"{entry.id} is detached again")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: try_out.py CGROUP ATTACH-TYPE OBJECT SECONDS")
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
    except cgswap.CgswapError as error:
        sys.exit(f"try_out: {error}")
