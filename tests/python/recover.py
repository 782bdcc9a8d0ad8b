# SPDX-License-Identifier: BSD-2-Clause
"""recover() shows the transaction of a process that was killed, and finishes or undoes it."""

import os
import shutil
import signal
import tempfile

import cgswap
import raw
from cgswap import Cause, EntryState
from fixtures import Fixture, raises, refused
from tap import ok, same

raw.bpffs()
directory = tempfile.mkdtemp()


def die(done, total):
    if done == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def leave_one(fixture, other):
    """Leaves the journal of a transaction whose first step of two was done. Returns the process."""
    process = os.fork()
    if not process:
        with cgswap.Session(state_dir=directory) as session:
            chain = session.chain(fixture.path, "egress")
            tx = session.replace(journal=True)
            tx.add(chain, fixture.ids[0], fixture.spare_id)
            tx.add(chain, fixture.ids[1], other)
            tx.commit(die)
        os._exit(1)
    same(os.WTERMSIG(os.waitpid(process, 0)[1]), signal.SIGKILL, "the process was killed")
    return process


with Fixture("recover", count=2) as fixture, cgswap.Session(state_dir=directory) as session:
    other = raw.program(raw.EGRESS, "other")
    old, new = fixture.ids, [fixture.spare_id, raw.program_id(other)]
    same(session.recover(), None, "nothing is unfinished")
    raises(lambda: session.recover(finish=True, undo=True), TypeError, "both directions")
    raises(lambda: cgswap.Session().recover(), ValueError, "no state directory")
    raises(lambda: cgswap.Session().replace(journal=True), ValueError, "a journal without one")

    events = []
    process = leave_one(fixture, new[1])
    journal = session.recover()
    same((journal.pid, journal.uid, journal.ended), (process, os.getuid(), ""), "whose it is")
    same([step.state for step in journal.steps], [EntryState.NEW, EntryState.OLD], "the entries")
    same([step.old_name for step in journal.steps], ["p0", "p1"], "the old programs")
    same([step.new_id for step in journal.steps], new, "the new programs")
    step = journal.steps[0]
    same((step.cgroup, step.attach_type, step.link_id, step.pin),
         (fixture.path, "cgroup_inet_egress", None, ""), "where the first is")
    refused(lambda: session.replace(journal=True), Cause.TRANSACTION_UNFINISHED,
            "another one with a journal", BlockingIOError)
    with session.replace() as tx:
        tx.add(session.chain(fixture.path, "egress"), old[1], new[1])
        same(tx.id, 0, "one without a journal has no ID yet")
        tx.commit(event=lambda event: events.append(event.transaction) and None)
        ok(tx.id > journal.id, "its ID is another one")
        same(set(events), {tx.id}, "which its events have")
        tx.rollback()
    journal = session.recover(finish=True)
    same([step.state for step in journal.steps], [EntryState.NEW] * 2, "it is finished")
    same(fixture.now(), new, "the chain has the new programs")
    same(session.recover(), None, "nothing is left")

    fixture.ids, fixture.spare_id = new, old[0]
    leave_one(fixture, old[1])
    journal = session.recover(undo=True)
    same([step.state for step in journal.steps], [EntryState.OLD] * 2, "another one is undone")
    same(fixture.now(), new, "the chain has the programs from before")
    ok(not os.path.exists(f"{directory}/journal"), "no journal is left")
    os.close(other)
shutil.rmtree(directory)
