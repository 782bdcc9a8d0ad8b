# SPDX-License-Identifier: BSD-2-Clause
"""A transaction is committed, rolled back, and committed again; with-blocks roll back on errors."""

from cgswap import ArgumentError, Cause, StepState
from fixtures import File, Scene, raises, refused
from tap import same


class Boom(Exception):
    pass


with Scene(count=3) as scene:
    chain, session = scene.chain, scene.session
    swapped = [scene.ids[0], scene.spare_id, scene.ids[2]]

    tx = session.replace()
    same(repr(tx), "<cgswap.Replace of 0 steps: none yet>", "repr of an empty one")
    tx.add(chain, "name:p1", File(scene.spare))
    same(len(tx), 1, "one step")
    for turn in range(3):
        tx.commit()
        same(scene.now(), swapped, f"committed, turn {turn}")
        refused(tx.commit, Cause.BAD_ARGUMENT, "not twice", ArgumentError)
        tx.rollback()
        same(scene.now(), scene.ids, f"rolled back, turn {turn}")
        same(tx[0].state, StepState.UNDONE, "undone")
    tx.rollback()
    same(scene.now(), scene.ids, "to roll back again changes nothing")
    tx.close()

    done = chain.replace("name:p1", File(scene.spare))
    same(scene.now(), swapped, "one swap")
    done.rollback()
    same(scene.now(), scene.ids, "and back")

    # leaving by an error
    def fails_after_commit():
        with session.replace() as tx:
            tx.add(chain, "name:p1", File(scene.spare))
            tx.commit()
            same(scene.now(), swapped, "committed in a block")
            raise Boom

    raises(fails_after_commit, Boom, "an exception leaves the block as it is")
    same(scene.now(), scene.ids, "what the block committed is rolled back")

    def fails_before_commit():
        with session.replace() as tx:
            tx.add(chain, "name:p1", File(scene.spare))
            raise Boom

    raises(fails_before_commit, Boom, "an exception before the commit")
    same(scene.now(), scene.ids, "changes nothing")

    with session.replace() as tx:
        tx.add(chain, "name:p1", File(scene.spare))
    same(scene.now(), scene.ids, "leaving without commit does nothing")

    with session.replace() as tx:
        tx.add(chain, "name:p1", File(scene.spare))
        tx.commit()
    same(scene.now(), swapped, "leaving after it leaves it committed")

    def fails_later():
        with tx:
            raise Boom

    raises(fails_later, Boom, "an exception in a block that committed nothing")
    same(scene.now(), swapped, "rolls back nothing")
    tx.rollback()
    same(scene.now(), scene.ids, "which can still be done by hand")
