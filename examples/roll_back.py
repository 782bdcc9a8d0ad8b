#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Swaps a program, runs a check, and restores the old program if the check fails:
roll_back.py CGROUP ATTACH-TYPE OLD NEW COMMAND..., where COMMAND exits with 0 if the new program
works."""

from __future__ import annotations

import subprocess
import sys

import cgswap


def main(cgroup: str, attach_type: str, old: str, new: str, command: list[str]) -> None:
    with cgswap.Session() as session:
        chain = session.chain(cgroup, attach_type)
        # An exception that leaves the block, Control-C too, rolls back its commit.
        with session.replace() as tx:
            tx.add(chain, old, new)
            tx.commit()
            print(f"attached {tx[0].new_id}")
            subprocess.run(command, check=True)
        print("the new program stays")


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit("usage: roll_back.py CGROUP ATTACH-TYPE OLD NEW COMMAND...")
    _, where, attach_type, before, after, *check = sys.argv
    try:
        main(where, attach_type, before, after, check)
    except cgswap.CgswapError as error:
        sys.exit(f"roll_back: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"roll_back: {error.cmd[0]} failed: the old program is restored")
