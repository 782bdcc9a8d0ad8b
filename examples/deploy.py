#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Deploys all programs of an object: deploy.py CGROUP OBJECT attaches them, or replaces the version that
is attached, with its maps. For instance deploy.py /sys/fs/cgroup/web.slice policy_v2.bpf.o"""

from __future__ import annotations

import sys

import cgswap


def deploy(session: cgswap.Session, cgroup: str, file: str) -> cgswap.Replace:
    policy = session.object(file)
    replace = session.replace()
    try:
        # Each program replaces the entry of its name, all or none.
        replace.add_object(cgroup, policy)
    except cgswap.NotAttachedError:
        # A cgroup that has some of the programs is left alone: attach() refuses it with their list.
        return policy.attach(cgroup)
    replace.commit()
    return replace


def main(cgroup: str, file: str) -> None:
    with cgswap.Session() as session:
        for step in deploy(session, cgroup, file):
            where = f"{step.chain.attach_type}, position {step.position}"
            print(f"{where}: {step.new_id}" + (f" replaces {step.old_id}" if step.old_id else ""))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: deploy.py CGROUP OBJECT")
    try:
        main(*sys.argv[1:])
    except cgswap.CgswapError as error:
        sys.exit(f"deploy: {error}")
