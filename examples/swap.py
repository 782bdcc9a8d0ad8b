#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Swaps one program of a chain: swap.py CGROUP ATTACH-TYPE OLD NEW, for instance
swap.py /sys/fs/cgroup/web.slice egress name:firewall firewall_v2.bpf.o"""

from __future__ import annotations

import sys

import cgswap


def main(cgroup: str, attach_type: str, old: str, new: str) -> None:
    with cgswap.Session() as session:
        done = session.chain(cgroup, attach_type).replace(old, new)
        (step,) = done.steps
        print(f"replaced {step.old_id} by {step.new_id} at position {step.position}")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: swap.py CGROUP ATTACH-TYPE OLD NEW")
    try:
        main(*sys.argv[1:])
    except cgswap.NotAttachedError as error:
        # Each status has a class; the cause is more specific.
        sys.exit(f"swap: {error.message}; nothing was changed")
    except cgswap.CgswapError as error:
        sys.exit(f"swap: {error}")
