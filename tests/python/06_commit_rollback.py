# SPDX-License-Identifier: BSD-2-Clause
"""A transaction is committed, rolled back, and committed again; with-blocks roll back on errors."""

from cgswap import ArgumentError, Cause, StepState
from fixtures import File, Fixture, raises, refused
from tap import same


class Boom(Exception):
    pass


with Fixture(count=3) as fixture:
    chain, session = fixture.chain, fixture.session
    swapped = [fixture.ids[0], fixture.spare_id, fixture.ids[2]]

    tx = session.replace()
    same(repr(tx), "<cgswap.Replace of 0 steps: none yet>", "repr of an empty one")
    tx.add(chain, "name:p1", File(fixture.spare))
    same(len(tx), 1, "one step")
    for turn in range(3):
        tx.commit()
        same(fixture.now(), swapped, f"committed, turn {turn}")
        refused(tx.commit, Cause.BAD_ARGUMENT, "not twice", ArgumentError)
        tx.rollback()
        same(fixture.now(), fixture.ids, f"rolled back, turn {turn}")
        same(tx[0].state, StepState.UNDONE, "undone")
    tx.rollback()
    same(fixture.now(), fixture.ids, "to roll back again changes nothing")
    tx.close()

    done = chain.replace("name:p1", File(fixture.spare))
    same(fixture.now(), swapped, "one swap")
    done.rollback()
    same(fixture.now(), fixture.ids, "and back")

    # leaving by an error
    def fails_after_commit():
        with session.replace() as tx:
            tx.add(chain, "name:p1", File(fixture.spare))
            tx.commit()
            same(fixture.now(), swapped, "committed in a block")
            raise Boom

    raises(fails_after_commit, Boom, "an exception leaves the block as it is")
    same(fixture.now(), fixture.ids, "what the block committed is rolled back")

    def fails_before_commit():
        with session.replace() as tx:
            tx.add(chain, "name:p1", File(fixture.spare))
            raise Boom

    raises(fails_before_commit, Boom, "an exception before the commit")
    same(fixture.now(), fixture.ids, "changes nothing")

    with session.replace() as tx:
        tx.add(chain, "name:p1", File(fixture.spare))
    same(fixture.now(), fixture.ids, "leaving without commit does nothing")

    with session.replace() as tx:
        tx.add(chain, "name:p1", File(fixture.spare))
        tx.commit()
    same(fixture.now(), swapped, "leaving after it leaves it committed")

    def fails_later():
        with tx:
            raise Boom

    raises(fails_later, Boom, "an exception in a block that committed nothing")
    same(fixture.now(), swapped, "rolls back nothing")
    tx.rollback()
    same(fixture.now(), fixture.ids, "which can still be done by hand")
