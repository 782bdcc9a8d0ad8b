# SPDX-License-Identifier: BSD-2-Clause
"""A dry run and a check change nothing, and return the same as the real call."""

import cgswap
import raw
from cgswap import Cause, StepState
from fixtures import File, Fixture, refused
from tap import same


def alike(dry, real, cause, name):
    """Checks that both fail with the same cause and message."""
    one = refused(dry, cause, f"{name}, dry run")
    other = refused(real, cause, f"{name}, real call")
    same(str(one), str(other), f"{name}: the same message")


with Fixture(count=3) as fixture:
    chain, session = fixture.chain, fixture.session
    before = fixture.state()
    chain.attach(File(fixture.spare), dry_run=True)
    same(fixture.state(), before, "a dry run of attach changes nothing")
    chain.detach("name:p1", dry_run=True)
    same(fixture.state(), before, "a dry run of detach changes nothing")
    alike(
        lambda: chain.attach(fixture.ids[0], dry_run=True),
        lambda: chain.attach(fixture.ids[0]),
        Cause.ALREADY_ATTACHED,
        "a program that is already attached",
    )
    alike(
        lambda: chain.detach("name:absent", dry_run=True),
        lambda: chain.detach("name:absent"),
        Cause.NOT_ATTACHED,
        "a program that is not attached",
    )
    same(fixture.state(), before, "nothing changed")

    planned = chain.replace("name:p1", File(fixture.spare), dry_run=True)
    same(fixture.state(), before, "a dry run of replace changes nothing")
    same(planned[0].state, StepState.PLANNED, "its step is planned")
    refused(planned.commit, Cause.BAD_ARGUMENT, "it cannot be committed")
    alike(
        lambda: chain.replace("name:absent", File(fixture.spare), dry_run=True),
        lambda: chain.replace("name:absent", File(fixture.spare)),
        Cause.NOT_ATTACHED,
        "a replace of a program that is not attached",
    )

    tx = session.replace()
    tx.add(chain, "name:p1", File(fixture.spare))
    before = fixture.state()
    tx.check()
    same(fixture.state(), before, "a check changes nothing")
    same(tx[0].state, StepState.PLANNED, "the step is planned")
    tx.commit()
    same(tx[0].state, StepState.DONE, "the step is done after the commit")
    tx.rollback()

    # the program is detached between add and check
    raw.detach(fixture.fd, fixture.programs[1], raw.EGRESS)
    alike(tx.check, tx.commit, Cause.LOST_RACE, "a detached program")
    same(tx[0].cause, Cause.LOST_RACE, "the step has the cause")
    same(fixture.now(), [fixture.ids[0], fixture.ids[2]], "nothing was attached")
