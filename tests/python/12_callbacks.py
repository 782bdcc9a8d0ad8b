# SPDX-License-Identifier: BSD-2-Clause
"""Progress can stop a commit, by False or by an exception, which comes through; logs arrive."""

import gc
import logging
import os
import sys
import threading
import weakref

import cgswap
import raw
from cgswap import Cause, LogLevel
from fixtures import File, Fixture, raises, refused
from tap import ok, same


class Boom(Exception):
    pass


with Fixture(count=4) as fixture:
    chain, session = fixture.chain, fixture.session
    news = [raw.program(raw.EGRESS, f"n{n}") for n in range(4)]
    new_ids = [raw.program_id(fd) for fd in news]
    tx = session.replace()
    for old, new in zip(fixture.ids, news):
        tx.add(chain, old, File(new))

    seen = []
    tx.commit(progress=lambda done, total: seen.append((done, total)))
    same(seen, [(0, 4), (1, 4), (2, 4), (3, 4)], "progress is told before each step")
    same(fixture.now(), new_ids, "all was done")
    tx.rollback()

    error = refused(
        lambda: tx.commit(progress=lambda done, total: done != 2),
        Cause.CANCELLED,
        "False stops",
        cgswap.UnhealthyError,
    )
    same(isinstance(error, InterruptedError), True, "which is an InterruptedError")
    same(fixture.now(), fixture.ids, "and all is put back")

    boom = Boom("at two")

    def fails(done, total):
        same(fixture.now()[:done], new_ids[:done], f"progress {done} sees what was done")
        if done == 2:
            raise boom

    raised = raises(lambda: tx.commit(fails), Boom, "an exception stops")
    ok(raised is boom, "and is the very same")
    same(raised.__cause__, None, "unchanged")
    ok("in fails" in "".join(__import__("traceback").format_tb(raised.__traceback__)), "its trace")
    same(fixture.now(), fixture.ids, "and all is put back")
    raises(lambda: tx.commit(lambda: None), TypeError, "a callback of other arguments")
    raises(lambda: tx.commit(3), TypeError, "what cannot be called")
    same(fixture.now(), fixture.ids, "nothing was done")

    for kind in (KeyboardInterrupt, SystemExit):
        def interrupt(done, total):
            if done:
                raise kind

        try:
            tx.commit(interrupt)
        except kind:
            ok(True, f"{kind.__name__} comes through")
        same(fixture.now(), fixture.ids, "and all is put back")

    # what the callback may do with the objects of the commit
    def looks(done, total):
        looks.states.append([str(step.state) for step in tx.steps])
        refused(tx.close, Cause.HANDLE_IN_USE, "to close from inside", cgswap.BusyError)
        refused(session.close, Cause.HANDLE_IN_USE, "nor its session")
        refused(tx.commit, Cause.HANDLE_IN_USE, "to commit from inside", BlockingIOError)
        same(chain.revision, chain.revision, "a chain can be read")
        chain.read()

    looks.states = []
    tx.commit(looks)
    same(looks.states[2], ["done", "done"] + [looks.states[2][2]] * 2, "steps can be looked at")
    tx.rollback()

    # cancel
    tx.cancel()
    refused(tx.commit, Cause.CANCELLED, "cancelled beforehand")
    refused(
        lambda: tx.commit(lambda done, total: tx.cancel() if done == 1 else None),
        Cause.CANCELLED,
        "cancelled from inside",
    )
    same(fixture.now(), fixture.ids, "and all is put back")

    def cancels(done, total):
        if done == 1:
            thread = threading.Thread(target=tx.cancel)
            thread.start()
            thread.join()

    refused(lambda: tx.commit(cancels), Cause.CANCELLED, "cancelled from another thread")
    same(fixture.now(), fixture.ids, "and all is put back")

    # when the roll-back is not complete, that is the error, and the exception its cause
    def sabotages(done, total):
        if done == 1:
            raw.attach(fixture.fd, fixture.programs[0], raw.EGRESS, raw.MULTI)
            raise boom

    error = raises(lambda: tx.commit(sabotages), cgswap.CgswapError, "a roll-back that fails")
    if error is not None:
        same(error.cause, Cause.ROLLBACK_INCOMPLETE, "is told")
        ok(error.__cause__ is boom, "with the exception as its cause")

    # the log
    lines = []
    session.set_log(lambda level, line: lines.append((level, line)))

    # to settle that a program which stands alone is preorder leaves a line in the log
    path, fd = raw.child(fixture.path, fixture.fd, "talk")
    raw.attach(fd, fixture.programs[0], raw.EGRESS, raw.MULTI | raw.PREORDER)

    def busy():
        with session.chain(path, "egress") as one, session.replace() as tx:
            tx.add(one, "pos:0", File(fixture.spare))

    busy()
    ok(lines, "lines arrive")
    ok(all(isinstance(level, LogLevel) and isinstance(line, str) for level, line in lines), "whole")
    session.set_log(None)
    del lines[:]
    busy()
    same(lines, [], "and no more once it was said")

    class Handler(logging.Handler):
        records = []

        def emit(self, record):
            self.records.append(record)

    logger = logging.getLogger("cgswap.test")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(Handler())
    session.log_to(logger)
    busy()
    ok(Handler.records, "records arrive at a logger")
    ok(
        {record.levelno for record in Handler.records}
        <= {logging.WARNING, logging.INFO, logging.DEBUG},
        "with logging's levels",
    )
    session.log_to(None)

    unraisable = []
    sys.unraisablehook = unraisable.append

    def bad(level, line):
        raise boom

    session.set_log(bad)
    busy()
    ok(unraisable and unraisable[0].exc_value is boom, "what a log raises stops nothing")
    sys.unraisablehook = sys.__unraisablehook__
    del unraisable[:]

    raw.remove(path, fd)
    os.close(fd)

    # a log that leads back to its session does not keep it
    class Holder:
        def log(self, level, line):
            pass

    holder = Holder()
    holder.session = cgswap.Session()
    holder.session.set_log(holder.log)
    gone = weakref.ref(holder)
    del holder
    gc.collect()
    same(gone(), None, "a circle through the log is collected")

    # walks
    path, fd = raw.child(fixture.path, fixture.fd, "below")
    same(session.cgroups(fixture.path), [fixture.path, path], "the cgroups below one")
    visited = []
    session.walk(lambda one: visited.append(one) or False, fixture.path)
    same(visited, [fixture.path], "False ends the walk")
    raises(lambda: session.walk(lambda one: 1 / 0, fixture.path), ZeroDivisionError, "an exception too")
    raises(lambda: session.walk(None), TypeError, "what cannot be called")
    raw.remove(path, fd)
    os.close(fd)
    for new in news:
        os.close(new)
