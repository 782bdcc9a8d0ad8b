# SPDX-License-Identifier: BSD-2-Clause
"""Progress stops a commit by False or by an exception, which is raised; log lines reach the callback."""

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
    same(seen, [(0, 4), (1, 4), (2, 4), (3, 4)], "progress is called before each step")
    same(fixture.now(), new_ids, "all steps are done")
    tx.rollback()

    error = refused(
        lambda: tx.commit(progress=lambda done, total: done != 2),
        Cause.CANCELLED,
        "False stops the commit",
        cgswap.UnhealthyError,
    )
    same(isinstance(error, InterruptedError), True, "the error is an InterruptedError")
    same(fixture.now(), fixture.ids, "the programs are restored")

    boom = Boom("at two")

    def fails(done, total):
        same(fixture.now()[:done], new_ids[:done], f"progress {done} sees the steps that are done")
        if done == 2:
            raise boom

    raised = raises(lambda: tx.commit(fails), Boom, "an exception stops the commit")
    ok(raised is boom, "the same exception is raised")
    same(raised.__cause__, None, "unchanged")
    ok("in fails" in "".join(__import__("traceback").format_tb(raised.__traceback__)), "with its traceback")
    same(fixture.now(), fixture.ids, "the programs are restored")
    raises(lambda: tx.commit(lambda: None), TypeError, "a callback with other arguments")
    raises(lambda: tx.commit(3), TypeError, "an object that cannot be called")
    same(fixture.now(), fixture.ids, "nothing was changed")

    for kind in (KeyboardInterrupt, SystemExit):
        def interrupt(done, total):
            if done:
                raise kind

        try:
            tx.commit(interrupt)
        except kind:
            ok(True, f"{kind.__name__} is raised")
        same(fixture.now(), fixture.ids, "the programs are restored")

    # calls of the callback on the objects of the commit
    def looks(done, total):
        looks.states.append([str(step.state) for step in tx.steps])
        refused(tx.close, Cause.HANDLE_IN_USE, "close from inside", cgswap.BusyError)
        refused(session.close, Cause.HANDLE_IN_USE, "close of the session from inside")
        refused(tx.commit, Cause.HANDLE_IN_USE, "commit from inside", BlockingIOError)
        same(chain.revision, chain.revision, "a chain can be read")
        chain.read()

    looks.states = []
    tx.commit(looks)
    same(looks.states[2], ["done", "done"] + [looks.states[2][2]] * 2, "steps can be read")
    tx.rollback()

    # cancel
    tx.cancel()
    refused(tx.commit, Cause.CANCELLED, "a commit cancelled beforehand")
    refused(
        lambda: tx.commit(lambda done, total: tx.cancel() if done == 1 else None),
        Cause.CANCELLED,
        "a commit cancelled from inside",
    )
    same(fixture.now(), fixture.ids, "the programs are restored")

    def cancels(done, total):
        if done == 1:
            thread = threading.Thread(target=tx.cancel)
            thread.start()
            thread.join()

    refused(lambda: tx.commit(cancels), Cause.CANCELLED, "a commit cancelled from another thread")
    same(fixture.now(), fixture.ids, "the programs are restored")

    # if the rollback is incomplete, that is the error, and the exception is its cause
    def sabotages(done, total):
        if done == 1:
            raw.attach(fixture.fd, fixture.programs[0], raw.EGRESS, raw.MULTI)
            raise boom

    error = raises(lambda: tx.commit(sabotages), cgswap.CgswapError, "a rollback that fails")
    if error is not None:
        same(error.cause, Cause.ROLLBACK_INCOMPLETE, "raises the rollback's error")
        ok(error.__cause__ is boom, "with the exception as its cause")

    # the log
    lines = []
    session.set_log(lambda level, line: lines.append((level, line)))

    # probing the preorder of a lone entry logs a line
    path, fd = raw.child(fixture.path, fixture.fd, "talk")
    raw.attach(fd, fixture.programs[0], raw.EGRESS, raw.MULTI | raw.PREORDER)

    def busy():
        with session.chain(path, "egress") as one, session.replace() as tx:
            tx.add(one, "pos:0", File(fixture.spare))

    busy()
    ok(lines, "the log callback gets lines")
    ok(all(isinstance(level, LogLevel) and isinstance(line, str) for level, line in lines), "whole")
    session.set_log(None)
    del lines[:]
    busy()
    same(lines, [], "without a callback it gets none")

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
    ok(Handler.records, "the logger gets records")
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
    ok(unraisable and unraisable[0].exc_value is boom, "an exception in the log callback stops nothing")
    sys.unraisablehook = sys.__unraisablehook__
    del unraisable[:]

    raw.remove(path, fd)
    os.close(fd)

    # a log callback that refers to its session does not keep it alive
    class Holder:
        def log(self, level, line):
            pass

    holder = Holder()
    holder.session = cgswap.Session()
    holder.session.set_log(holder.log)
    gone = weakref.ref(holder)
    del holder
    gc.collect()
    same(gone(), None, "a cycle through the log callback is collected")

    # walks
    path, fd = raw.child(fixture.path, fixture.fd, "below")
    same(session.cgroups(fixture.path), [fixture.path, path], "the cgroups below a cgroup")
    visited = []
    session.walk(lambda one: visited.append(one) or False, fixture.path)
    same(visited, [fixture.path], "False ends the walk")
    raises(lambda: session.walk(lambda one: 1 / 0, fixture.path), ZeroDivisionError, "an exception ends it too")
    raises(lambda: session.walk(None), TypeError, "an object that cannot be called")
    raw.remove(path, fd)
    os.close(fd)
    for new in news:
        os.close(new)
