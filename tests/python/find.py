# SPDX-License-Identifier: BSD-2-Clause
"""Session.find() says where programs are: entries, links, pins and processes, and what it could not see."""

import os

import cgswap
from cgswap import Cause
from fixtures import File, Fixture, raises, refused
from tap import ok, same

with Fixture(name="find", count=2) as fixture:
    found = fixture.session.find(fixture.ids[1])
    same([(one.id, one.name, one.type) for one in found.programs], [(fixture.ids[1], "p1", "cgroup_skb")], "a program")
    same([(one.cgroup, one.attach_type, one.position, one.link_id) for one in found.entries],
         [(fixture.path, "cgroup_inet_egress", 1, None)], "its entry")
    same(found.entries[0].cgroup_id, fixture.chain.cgroup_id, "the id of the cgroup")
    same([(one.id, one.program_id, one.link_id) for one in found.processes], [(os.getpid(), fixture.ids[1], None)],
         "this process has it open")
    same((found.links, found.pins), ((), ()), "it has no link and no pin")
    part = fixture.session.find(fixture.ids[1], processes=False)  # a PID namespace hides some
    same((part.complete, part.unread), (True, ()), "the result is complete")
    same(fixture.session.find(File(fixture.spare)).programs[0].id, fixture.spare_id, "an object with fileno()")
    some = fixture.session.find(fixture.chain[0], links=False, pins=False, processes=False)
    same((len(some.entries), some.processes), (1, ()), "only the entries")
    with cgswap.Session(disable_features="link_id") as without:
        part = without.find(fixture.ids[0], pins=False, processes=False)
        same((part.complete, [one.list for one in part.unread]), (False, ["links"]), "not complete without ids of links")
        ok("link_id" in part.unread[0].reason, "with the reason")
    refused(lambda: fixture.session.find("pos:0"), Cause.BAD_ARGUMENT, "a position", ValueError)
    refused(lambda: fixture.session.find("name:not_there"), Cause.PROGRAM_NOT_FOUND, "no program", FileNotFoundError)
    raises(lambda: fixture.session.find(None), TypeError, "None")

with cgswap.Session(kernel="model", world={"cgroups": {"a": {"egress": [{"name": "fw", "link": "held"}]},
                                                       "b/c": {"egress": ["fw"]}}}) as model:
    found = model.find("fw")
    same([(one.cgroup, one.position, one.link_id is None) for one in found.entries],
         [("/sys/fs/cgroup/a", 0, False), ("/sys/fs/cgroup/b/c", 0, True)], "in the model too")
    same([one.cgroup_id for one in found.links], [found.entries[0].cgroup_id], "a link")
    same([(one.path, one.link_id) for one in found.pins], [("/sys/fs/bpf/held", found.links[0].id)], "its pin")
    same(repr(found.programs[0]).startswith("FoundProgram(id="), True, "a named tuple")
