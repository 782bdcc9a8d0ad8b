#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Swaps a program, watches, and puts the old one back unless all is well:
roll_back.py CGROUP ATTACH-TYPE OLD NEW COMMAND..., where COMMAND says by its exit status
whether the new program does what it should."""

from __future__ import annotations

import subprocess
import sys

import cgswap


def main(cgroup: str, attach_type: str, old: str, new: str, command: list[str]) -> None:
    with cgswap.Session() as session:
        chain = session.chain(cgroup, attach_type)
        # What the block committed is rolled back when an exception leaves it, also Control-C.
        with session.replace() as tx:
            tx.add(chain, old, new)
            tx.commit()
            print(f"now {tx[0].new_id}")
            subprocess.run(command, check=True)
        print("and so it stays")


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit("usage: roll_back.py CGROUP ATTACH-TYPE OLD NEW COMMAND...")
    _, where, hook, before, after, *check = sys.argv
    try:
        main(where, hook, before, after, check)
    except cgswap.CgswapError as error:
        sys.exit(f"roll_back: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"roll_back: {error.cmd[0]} is not content: the old program is back")
