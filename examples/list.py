#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lists the programs of one chain: list.py CGROUP ATTACH-TYPE"""

from __future__ import annotations

import sys

import cgswap


def main(cgroup: str, attach_type: str) -> None:
    with cgswap.Session() as session:
        for entry in session.chain(cgroup, attach_type):
            held = f"link {entry.link_id}" if entry.link_id else "-"
            print(entry.position, entry.id, entry.tag, entry.name, held)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: list.py CGROUP ATTACH-TYPE")
    try:
        main(sys.argv[1], sys.argv[2])
    except cgswap.CgswapError as error:
        sys.exit(f"list: {error}")
