# SPDX-License-Identifier: BSD-2-Clause
"""A transaction over all cgroups below one: groups, events, waves with a health check, and cgroups that
come and go."""

import os

import cgswap
import raw
from cgswap import Cause, EventKind
from fixtures import File, Fixture, raises, refused
from tap import ok, same

COUNT = 4

with Fixture(count=0) as fixture:
    session = fixture.session
    old, new = raw.program(raw.EGRESS, "old"), raw.program(raw.EGRESS, "new")
    old_id, new_id = raw.program_id(old), raw.program_id(new)

    cgroups = {}

    def make(name):
        path = f"{fixture.path}/{name}"
        os.mkdir(path)
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        raw.attach(fd, old, raw.EGRESS, raw.MULTI)
        cgroups[name] = path, fd

    def remove(name):
        path, fd = cgroups.pop(name)
        os.rmdir(path)
        os.close(fd)

    def holding(program):
        return sorted(name for name, (_, fd) in cgroups.items() if raw.chain(fd, raw.EGRESS)[0] == [program])

    for n in range(COUNT):
        make(f"c{n}")
    names = sorted(cgroups)

    tx = session.replace()
    refused(lambda: tx.add_recursive(fixture.path, "egress", "nothing", new_id), Cause.NOT_ATTACHED, "no cgroup")
    refused(lambda: tx.add_recursive(fixture.path, "egress", "pos:0", new_id), Cause.BAD_ARGUMENT, "a position",
            cgswap.ArgumentError)
    tx.add_recursive(fixture.path, "egress", "old", File(new), match="c[0-1]")
    same(len(tx), 2, "two cgroups match")
    tx.add_recursive(fixture.path, "egress", old_id, File(new))
    same([step.chain.cgroup for step in tx], [cgroups[name][0] for name in names], "the steps have chains")
    (group,) = tx.groups
    same((group.old_id, group.name, group.maps, group.new_id, group.length), (old_id, "old", (), new_id, COUNT),
         "one group")
    tx.check()

    events = []
    tx.commit(event=events.append, check_first=True)
    same([str(event.kind) for event in events], ["checked"] * COUNT + ["step", "done"] * COUNT, "the events")
    last = events[-1]
    same((last.kind, last.done, last.total, last.refused, last.gone, last.step, last.cgroup, last.cause),
         (EventKind.DONE, COUNT, COUNT, 0, 0, COUNT - 1, cgroups["c3"][0], None), "the last one")
    same(last.cgroup_id, tx[COUNT - 1].chain.cgroup_id, "has the cgroup's id")
    same(holding(new_id), names, "all are replaced")
    tx.rollback()

    seen = []

    def health(event):
        seen.append(event.done)
        return "it hurts" if event.done == 2 else True

    error = refused(lambda: tx.commit(health=health), Cause.HEALTH_CHECK_FAILED, "a text is a no",
                    cgswap.UnhealthyError)
    ok("it hurts" in error.message, "the error has the text")
    same(seen, [1, 2], "after the first two waves")
    same(holding(old_id), names, "all are put back")
    refused(lambda: tx.commit(health=lambda event: False), Cause.HEALTH_CHECK_FAILED, "False is a no")
    refused(lambda: tx.commit(event=lambda event: False), Cause.CANCELLED, "an event can cancel")
    raises(lambda: tx.commit(health=lambda event: 1 // 0), ZeroDivisionError, "an exception in a check")
    raises(lambda: tx.commit(event=lambda event: 1 // 0), ZeroDivisionError, "an exception in an event")
    raises(lambda: tx.commit(health=3), TypeError, "a check that is not callable")
    refused(lambda: tx.commit(canary="0"), Cause.BAD_ARGUMENT, "no canary")
    same(holding(old_id), names, "all are put back")

    waves = []
    tx.commit(canary="50%", soak_ms=1,
              event=lambda event: waves.append(event.done) if event.kind == EventKind.WAVE else None)
    same(waves, [2, 4], "two waves")
    tx.rollback()

    def come(event):
        if event.kind == EventKind.DONE and event.done == COUNT - 1 and "late" not in cgroups:
            make("late")

    remove("c0")
    tx.commit(event=come)
    same([str(step.state) for step in tx], ["gone"] + ["done"] * COUNT, "one is gone, and one was found")
    same(tx[COUNT].chain.cgroup, cgroups["late"][0], "its step has a chain")
    same(holding(new_id), sorted(cgroups), "all that there are have the new program")
    tx.rollback()
    for name in list(cgroups):
        remove(name)
    os.close(old)
    os.close(new)
