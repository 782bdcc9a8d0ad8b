# SPDX-License-Identifier: BSD-2-Clause
"""Calls that can block let other threads run; two threads on one object get an exception, not a
crash; objects of one session may be used in different threads."""

import os
import random
import sys
import threading
import time

import cgswap
import raw
from cgswap import Cause, Feature
from fixtures import File, Fixture, refused
from tap import diag, ok, same

SECONDS = 1.0
PATIENCE = 20.0


def lets_others_run(call, name):
    """Checks that another thread runs during calls of this one. Without forced switches it can only run
    inside the calls."""
    turns = 0
    end = False

    def other():
        nonlocal turns
        while not end:
            turns += 1
            time.sleep(0)

    thread = threading.Thread(target=other)
    sys.setswitchinterval(1000)
    thread.start()
    try:
        until = time.monotonic() + PATIENCE
        before = turns
        while turns == before and time.monotonic() < until:
            call()
        ok(turns > before, f"{name} lets other threads run")
    finally:
        end = True
        sys.setswitchinterval(0.005)
        thread.join()


with Fixture(count=60) as fixture:
    chain, session = fixture.chain, fixture.session
    program = session.program(File(fixture.spare))
    tx = session.replace()
    tx.add(chain, "pos:1", program)

    lets_others_run(chain.read, "read")
    lets_others_run(chain.read_effective, "read_effective")
    lets_others_run(chain.describe, "describe")
    lets_others_run(lambda: chain.find("pos:0"), "find")
    lets_others_run(lambda: session.chain(fixture.path, "egress"), "chain")
    lets_others_run(lambda: session.program(fixture.spare_id), "program")
    lets_others_run(lambda: session.has(Feature.REPLACE), "has")
    lets_others_run(lambda: session.has_attach_type("egress"), "has_attach_type")
    lets_others_run(lambda: chain.attach(program, dry_run=True), "attach")
    lets_others_run(lambda: chain.detach("pos:0", dry_run=True), "detach")
    lets_others_run(tx.check, "check")
    lets_others_run(lambda: session.replace().add(chain, "pos:0", program), "add")
    lets_others_run(cgswap.Session, "Session")

    # a commit that is held up
    inside, go_on = threading.Event(), threading.Event()

    def hold(done, total):
        inside.set()
        go_on.wait(60)

    committing = threading.Thread(target=tx.commit, args=(hold,))
    committing.start()
    inside.wait(60)
    for name, call in {
        "len": lambda: len(tx),
        "steps": lambda: tx.steps,
        "add": lambda: tx.add(chain, "pos:0", program),
        "check": tx.check,
        "commit": tx.commit,
        "rollback": tx.rollback,
        "close": tx.close,
        "the session's close": session.close,
    }.items():
        refused(call, Cause.HANDLE_IN_USE, f"{name} from another thread", cgswap.BusyError)
    same([entry.id for entry in chain], fixture.ids, "its chain can be read")
    same(program.id, fixture.spare_id, "so can its program")
    go_on.set()
    committing.join()
    same(fixture.now()[1], fixture.spare_id, "the commit succeeds")
    tx.rollback()

    # random calls of two threads on the same objects
    link = raw.link(fixture.fd, fixture.spare, raw.EGRESS)
    chain.read()
    stop = time.monotonic() + SECONDS
    failures, calls, busy = [], 0, 0
    shared = {"chain": chain, "tx": session.replace()}

    def anything(seed):
        global calls, busy
        pick = random.Random(seed)
        entries = []
        while time.monotonic() < stop:
            chain, tx = shared["chain"], shared["tx"]
            try:
                calls += 1
                what = pick.randrange(12)
                if what == 0:
                    chain.read()
                elif what == 1:
                    entries = list(chain)
                elif what == 2:
                    [(one.name, one.link_id, one.preorder) for one in entries]
                elif what == 3:
                    len(chain), chain.revision, chain.mode, chain.cgroup, repr(chain)
                elif what == 4:
                    chain.describe()
                elif what == 5:
                    chain.find(f"pos:{pick.randrange(3)}")
                elif what == 6:
                    chain.read_effective()
                elif what == 7:
                    tx.add(chain, "pos:1", program)
                elif what == 8:
                    tx.check()
                elif what == 9:
                    len(tx), tx.steps, repr(tx)
                elif what == 10 and not pick.randrange(20):
                    shared["chain"] = session.chain(fixture.path, "egress")
                    chain.close()
                elif what == 11 and not pick.randrange(20):
                    shared["tx"] = session.replace()
                    tx.close()
            except cgswap.BusyError:
                busy += 1
            except (cgswap.StaleError, cgswap.ClosedError):
                pass
            except cgswap.ArgumentError as error:
                if "by step" not in str(error):
                    failures.append(str(error))
            except Exception as error:
                failures.append(f"{what}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=anything, args=(seed,)) for seed in range(4)]
    sys.setswitchinterval(0.00001)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(0.005)
    same(sorted(set(failures))[:5], [], "no errors except those of concurrent calls")
    ok(busy > 0, "some calls met")
    diag(f"{calls} calls, {busy} of them during another")
    os.close(link)
    # a link may stay attached for a moment after its last descriptor is closed
    until = time.monotonic() + PATIENCE
    while fixture.now() != fixture.ids and time.monotonic() < until:
        time.sleep(0.01)

    # objects of one session, each in its own thread
    problems = []

    def own(mine):
        try:
            for _ in range(300):
                mine.read()
                ids = [entry.id for entry in mine]
                if ids != fixture.ids:
                    problems.append(ids)
        except Exception as error:
            problems.append(error)

    chains = [session.chain(fixture.path, "egress") for _ in range(4)]
    threads = [threading.Thread(target=own, args=(one,)) for one in chains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same(problems, [], "each thread has its own chain of the session")
