#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A unit test on the model: the function under test swaps a program in all cgroups or in none.
It needs no privilege and touches nothing on this machine."""

from __future__ import annotations

import unittest
from typing import Any

import cgswap


def upgrade(session: cgswap.Session, cgroups: list[str], old: str, new: str) -> int:
    """The function under test. Returns the number of cgroups in which it swapped old by new."""
    with session.replace() as replace:
        for cgroup in cgroups:
            chain = session.chain(cgroup, "egress")
            if any(entry.name == old for entry in chain):
                replace.add(chain, f"name:{old}", new)
        replace.commit()
        return len(replace)


CGROUPS: dict[str, Any] = {
    "web.slice": {"egress": ["firewall", {"name": "counter", "preorder": True}]},
    "db.slice": {"egress": ["counter", {"name": "firewall", "link": True}]},
    "idle.slice": {},
}
# firewall2 is loaded, pinned at /sys/fs/bpf/firewall2, and not attached.
WORLD: dict[str, Any] = {"cgroups": CGROUPS, "programs": {"firewall2": "egress"}}
NEW = "pin:/sys/fs/bpf/firewall2"


def names(session: cgswap.Session, cgroup: str) -> list[str]:
    return [entry.name for entry in session.chain(cgroup, "egress")]


class UpgradeTest(unittest.TestCase):
    def test_swaps_in_each_cgroup_that_has_the_program(self) -> None:
        with cgswap.Session(kernel="model", world=WORLD) as session:
            self.assertEqual(upgrade(session, session.cgroups(), "firewall", NEW), 2)
            self.assertEqual(names(session, "web.slice"), ["firewall2", "counter"])
            self.assertEqual(names(session, "db.slice"), ["counter", "firewall2"])
            self.assertEqual(names(session, "idle.slice"), [])

    def test_changes_nothing_without_privilege(self) -> None:
        poor = {**WORLD, "missing": ["cap_net_admin", "cap_sys_admin"]}
        with cgswap.Session(kernel="model", world=poor) as session:
            with self.assertRaises(cgswap.PermissionDeniedError) as caught:
                upgrade(session, ["web.slice"], "firewall", NEW)
            self.assertEqual(caught.exception.cause, "missing_cap_net_admin")

    def test_changes_nothing_if_one_cgroup_cannot_follow(self) -> None:
        mixed = {"cgroups": {**CGROUPS, "old.slice": {"egress": ["firewall", "firewall2"]}}}
        with cgswap.Session(kernel="model", world=mixed) as session:
            new = session.chain("old.slice", "egress")[1].id
            with self.assertRaises(cgswap.AlreadyAttachedError):
                upgrade(session, ["db.slice", "old.slice"], "firewall", f"id:{new}")
            self.assertEqual(names(session, "db.slice"), ["counter", "firewall"])


if __name__ == "__main__":
    unittest.main()
