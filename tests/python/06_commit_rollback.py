# SPDX-License-Identifier: BSD-2-Clause
"""A transaction is committed, rolled back and committed again; with-blocks roll back after an error."""

import cgswap
from cgswap import ArgumentError, Cause, StepState
from fixtures import File, Fixture, raises, refused
from tap import same


class Boom(Exception):
    pass


with Fixture(count=3) as fixture:
    chain, session = fixture.chain, fixture.session
    swapped = [fixture.ids[0], fixture.spare_id, fixture.ids[2]]

    tx = session.replace()
    same(repr(tx), "<cgswap.Replace of 0 steps: none yet>", "repr of an empty transaction")
    tx.add(chain, "name:p1", File(fixture.spare))
    same(len(tx), 1, "one step")
    for turn in range(3):
        tx.commit()
        same(fixture.now(), swapped, f"committed, turn {turn}")
        refused(tx.commit, Cause.BAD_ARGUMENT, "a second commit", ArgumentError)
        tx.rollback()
        same(fixture.now(), fixture.ids, f"rolled back, turn {turn}")
        same(tx[0].state, StepState.UNDONE, "undone")
    tx.rollback()
    same(fixture.now(), fixture.ids, "a second rollback changes nothing")
    for time in (None, 0, 500):
        tx.commit(retry_time_ms=time)
        tx.rollback()
    refused(
        lambda: tx.commit(retry_time_ms=-2), Cause.BAD_ARGUMENT, "a negative retry time", ArgumentError
    )
    raises(lambda: tx.commit(retry_time_ms="1s"), TypeError, "a retry time that is not a number")
    refused(
        lambda: cgswap.Session(retry_time_ms=-2), Cause.BAD_ARGUMENT, "a session's", ArgumentError
    )
    cgswap.Session(retry_time_ms=500).close()
    tx.close()

    done = chain.replace("name:p1", File(fixture.spare))
    same(fixture.now(), swapped, "a single swap")
    done.rollback()
    same(fixture.now(), fixture.ids, "its rollback")

    # a block that ends with an exception
    def fails_after_commit():
        with session.replace() as tx:
            tx.add(chain, "name:p1", File(fixture.spare))
            tx.commit()
            same(fixture.now(), swapped, "committed in a block")
            raise Boom

    raises(fails_after_commit, Boom, "the exception leaves the block")
    same(fixture.now(), fixture.ids, "the commit of the block is rolled back")

    def fails_before_commit():
        with session.replace() as tx:
            tx.add(chain, "name:p1", File(fixture.spare))
            raise Boom

    raises(fails_before_commit, Boom, "an exception before the commit")
    same(fixture.now(), fixture.ids, "nothing changed")

    with session.replace() as tx:
        tx.add(chain, "name:p1", File(fixture.spare))
    same(fixture.now(), fixture.ids, "a block without a commit changes nothing")

    with session.replace() as tx:
        tx.add(chain, "name:p1", File(fixture.spare))
        tx.commit()
    same(fixture.now(), swapped, "a block that ends normally stays committed")

    def fails_later():
        with tx:
            raise Boom

    raises(fails_later, Boom, "an exception in a block that committed nothing")
    same(fixture.now(), swapped, "nothing is rolled back")
    tx.rollback()
    same(fixture.now(), fixture.ids, "the transaction can still be rolled back")
