#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Swaps a program in a cgroup and all cgroups below it, all of them or none:
swap_many.py CGROUP ATTACH-TYPE OLD NEW"""

from __future__ import annotations

import logging
import sys

import cgswap


def show(done: int, total: int) -> None:
    print(f"{done} of {total}", file=sys.stderr)


def main(top: str, attach_type: str, old: str, new: str) -> None:
    with cgswap.Session() as session, session.replace() as tx:
        session.log_to(logging.getLogger("cgswap"))
        # Opened once, so that all cgroups run the same program, with the same maps.
        program = session.program(new, attach_type=attach_type)
        for cgroup in session.cgroups(top):
            chain = session.chain(cgroup, attach_type)
            try:
                tx.add(chain, old, program)
            except cgswap.NotAttachedError:
                continue
        tx.commit(progress=show)
        for step in tx:
            print(f"{step.chain.cgroup}: replaced {step.old_id} by {step.new_id}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    if len(sys.argv) != 5:
        sys.exit("usage: swap_many.py CGROUP ATTACH-TYPE OLD NEW")
    try:
        main(*sys.argv[1:])
    except cgswap.CgswapError as error:
        sys.exit(f"swap_many: {error}; nothing stayed changed")
