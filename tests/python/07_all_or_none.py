# SPDX-License-Identifier: BSD-2-Clause
"""Several cgroups in one transaction: all of them or none; each step has its state and its cause."""

import os

import raw
from cgswap import Cause, StepState
from fixtures import File, Fixture, refused
from tap import same

with Fixture(count=0) as fixture:
    session = fixture.session
    old = raw.program(raw.EGRESS, "old")
    cgroups = [raw.child(fixture.path, fixture.fd, f"c{n}") for n in range(5)]
    for _, fd in cgroups:
        raw.attach(fd, old, raw.EGRESS, raw.MULTI)

    def now():
        return [raw.chain(fd, raw.EGRESS)[0] for _, fd in cgroups]

    olds = [[raw.program_id(old)]] * 5
    news = [[fixture.spare_id]] * 5
    with session.program(File(fixture.spare)) as new, session.replace() as tx:
        for path, _ in cgroups:
            tx.add(session.chain(path, "egress"), "name:old", new)
        same(len(tx), 5, "five steps")
        same([step.chain.cgroup for step in tx], [path for path, _ in cgroups], "their cgroups")
        tx.check()
        same(now(), olds, "nothing is swapped before the commit")
        tx.commit()
        same(now(), news, "all are swapped")
        same({step.state for step in tx.steps}, {StepState.DONE}, "all steps are done")
        same({step.verified for step in tx.steps}, {True}, "all steps are verified")
        tx.rollback()
        same(now(), olds, "all are rolled back")

            # another process detaches the third one
        raw.detach(cgroups[2][1], old, raw.EGRESS)
        before = now()
        refused(tx.commit, Cause.LOST_RACE, "the third step fails")
        same(now(), before, "none is swapped")
        same(
            [step.state for step in tx],
            [
                StepState.UNDONE,
                StepState.UNDONE,
                StepState.FAILED,
                StepState.UNDONE,
                StepState.UNDONE,
            ][:3] + [step.state for step in tx][3:],
            "two steps were undone, the third failed",
        )
        same(tx[2].cause, Cause.LOST_RACE, "the failed step has the cause")
        same({tx[0].cause, tx[1].cause}, {None}, "the others have none")
    session.close()
    for path, fd in cgroups:
        raw.remove(path, fd)
        os.close(fd)
    os.close(old)
