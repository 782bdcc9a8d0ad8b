# SPDX-License-Identifier: BSD-2-Clause
"""undo() takes back a transaction that was made with keep_old; history() lists it, forget() lets it go."""

import os
import shutil
import tempfile

import cgswap
import raw
from cgswap import Cause, EntryState
from fixtures import Fixture, raises, refused
from tap import ok, same

raw.bpffs()
directory = tempfile.mkdtemp()


def replace(fixture, old, new, **options):
    """A transaction in a session of its own. Returns its number."""
    with cgswap.Session(state_dir=directory) as session:
        tx = session.replace(keep_old=True, **options)
        tx.add(session.chain(fixture.path, "egress"), old, new)
        tx.commit()
        return tx.id


with Fixture("undo", count=1) as fixture, cgswap.Session(state_dir=directory) as session:
    old, new = fixture.ids[0], fixture.spare_id
    same(session.history(), [], "the history is empty")
    refused(session.undo, Cause.TRANSACTION_NOT_HELD, "nothing is held", FileNotFoundError)
    raises(lambda: cgswap.Session().undo(), ValueError, "no state directory")
    raises(lambda: cgswap.Session().replace(keep_old=True), ValueError, "keep_old without one")
    raises(lambda: session.replace(keep=3), ValueError, "keep without keep_old")

    first = replace(fixture, old, new)
    same(fixture.now(), [new], "the new program is attached")
    transaction = session.history()[0]
    same((transaction.id, transaction.pid, transaction.ended, transaction.steps, transaction.held),
         (first, os.getpid(), "done", 1, True), "the transaction")
    same((transaction.undoes, transaction.undone_by, transaction.of_this_boot, transaction.constants),
         (None, None, True, ()), "the rest of it")
    same(transaction.changes[0], (old, "p0", new, "spare", 1), "its change")
    ok(transaction.memory > 0, "what is held takes memory")
    journal = session.undo(first)
    same([step.state for step in journal.steps], [EntryState.OLD], "it is taken back")
    same(fixture.now(), [old], "the old program is attached")
    latest = session.history()[0].id
    same([one.undone_by for one in session.history()], [None, latest], "the history has it")

    first = replace(fixture, old, new)
    second = replace(fixture, new, old, keep=5)
    refused(lambda: session.undo(first), Cause.TRANSACTION_SUPERSEDED, "the older one")
    session.forget(second)
    refused(lambda: session.forget(second), Cause.TRANSACTION_NOT_HELD, "forget again", FileNotFoundError)
    session.forget(first)
    same([one.held for one in session.history()], [False] * 4, "nothing is held")
shutil.rmtree(directory)
