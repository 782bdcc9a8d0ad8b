# SPDX-License-Identifier: BSD-2-Clause
"""A dry run and a check change nothing, and say what the real thing would."""

import cgswap
import raw
from cgswap import Cause, StepState
from fixtures import File, Fixture, refused
from tap import same


def alike(dry, real, cause, name):
    """One check more: both are refused in the same words."""
    one = refused(dry, cause, f"{name}, dry")
    other = refused(real, cause, f"{name}, in earnest")
    same(str(one), str(other), f"{name}: the same words")


with Fixture(count=3) as fixture:
    chain, session = fixture.chain, fixture.session
    before = fixture.state()
    chain.attach(File(fixture.spare), dry_run=True)
    same(fixture.state(), before, "to attach, dry")
    chain.detach("name:p1", dry_run=True)
    same(fixture.state(), before, "to detach, dry")
    alike(
        lambda: chain.attach(fixture.ids[0], dry_run=True),
        lambda: chain.attach(fixture.ids[0]),
        Cause.ALREADY_ATTACHED,
        "what is there already",
    )
    alike(
        lambda: chain.detach("name:nobody", dry_run=True),
        lambda: chain.detach("name:nobody"),
        Cause.NOT_ATTACHED,
        "what is not there",
    )
    same(fixture.state(), before, "nothing was changed")

    tx = session.replace()
    tx.add(chain, "name:p1", File(fixture.spare))
    before = fixture.state()
    tx.check()
    same(fixture.state(), before, "to check changes nothing")
    same(tx[0].state, StepState.PLANNED, "the step is planned")
    tx.commit()
    same(tx[0].state, StepState.DONE, "and done when it is committed")
    tx.rollback()

    # the program goes away between add and check
    raw.detach(fixture.fd, fixture.programs[1], raw.EGRESS)
    alike(tx.check, tx.commit, Cause.LOST_RACE, "what is gone")
    same(tx[0].cause, Cause.LOST_RACE, "the step keeps its cause")
    same(fixture.now(), [fixture.ids[0], fixture.ids[2]], "nothing was put there")
