#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Says whether a swap would succeed, and changes nothing: dry_run.py CGROUP ATTACH-TYPE OLD NEW"""

from __future__ import annotations

import sys

import cgswap


def main(cgroup: str, attach_type: str, old: str, new: str) -> bool:
    with cgswap.Session() as session, session.replace() as tx:
        try:
            # The new program is loaded here, and freed when the block ends without a commit.
            tx.add(session.chain(cgroup, attach_type), old, new)
            tx.check()
        except cgswap.CgswapError as error:
            print(f"no: {error.cause}: {error.message}")
            print(f"    {error.remedy}")
            return False
        (step,) = tx.steps
        print(f"yes: {step.new_id} would replace {step.old_id} at position {step.position}")
        for one in step.maps:
            print(f"    map {one.name}: {'reused' if one.kept else 'not reused'}: {one.reason}")
        return True


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: dry_run.py CGROUP ATTACH-TYPE OLD NEW")
    sys.exit(0 if main(*sys.argv[1:]) else 1)
