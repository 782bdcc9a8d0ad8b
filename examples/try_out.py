#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Attaches an object's program for a while, by a link: however this ends, the program is off then.
try_out.py CGROUP ATTACH-TYPE OBJECT SECONDS"""

from __future__ import annotations

import sys
import time

import cgswap


def main(cgroup: str, attach_type: str, path: str, seconds: float) -> None:
    with cgswap.Session() as session:
        # To look into an object loads nothing, and needs no privilege.
        for name, value in session.object(path).metadata.items():
            print(f"{name}: {value}")
        chain = session.chain(cgroup, attach_type)
        with chain.attach(path, link=True) as link:
            entry = chain.find(link)
            print(f"{entry.id} stands at {entry.position}, held by link {entry.link_id}")
            time.sleep(seconds)
        print(f"{entry.id} is off again")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: try_out.py CGROUP ATTACH-TYPE OBJECT SECONDS")
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
    except cgswap.CgswapError as error:
        sys.exit(f"try_out: {error}")
