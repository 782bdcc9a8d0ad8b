# SPDX-License-Identifier: BSD-2-Clause
"""Chains and transactions are sequences, repr() never raises, an int is not a path, and thread pools and
asyncio can use one session."""

import asyncio
import collections.abc
import threading
from concurrent.futures import ThreadPoolExecutor

import cgswap
from fixtures import File, Fixture, raises
from tap import ok, same

with Fixture(count=3) as fixture:
    chain, session = fixture.chain, fixture.session
    tx = session.replace()
    tx.add(chain, "pos:1", File(fixture.spare))

    # sequences
    ok(isinstance(chain, collections.abc.Sequence), "a Chain is a Sequence")
    same([entry.id for entry in reversed(chain)], fixture.ids[::-1], "it can be reversed")
    same(chain.index(chain[2]), 2, "it has index()")
    same(chain.count(chain[2]), 1, "and count()")
    ok(chain[0] in chain and fixture.spare_id not in chain, "and in")
    ok(isinstance(tx, collections.abc.Sequence), "a Replace is a Sequence")
    same([step.new_id for step in reversed(tx)], [fixture.spare_id], "it can be reversed")
    first, *rest = chain
    same((first.id, len(rest)), (fixture.ids[0], 2), "it can be unpacked")

    # a chain after a rollback
    tx.commit()
    tx.rollback()
    same(chain.find("pos:1").id, fixture.ids[1], "find() after a rollback")
    same([entry.name for entry in chain], ["p0", "p1", "p2"], "a listing after a rollback")

    # repr() of objects that are half built, closed, or in use in another thread
    for kind in (cgswap.Session, cgswap.Chain, cgswap.Program, cgswap.Replace, cgswap.Object, cgswap.Link):
        ok(repr(kind.__new__(kind)).startswith(f"<cgswap.{kind.__name__}"), f"repr of a half built {kind.__name__}")
    ok(repr(cgswap.CgswapError()), "repr of an error without arguments")
    inside, go_on = threading.Event(), threading.Event()

    def hold(done, total):
        inside.set()
        go_on.wait(60)

    committing = threading.Thread(target=tx.commit, args=(hold,))
    committing.start()
    inside.wait(60)
    same(repr(tx), "<cgswap.Replace, in use>", "repr of a Replace that another thread commits")
    go_on.set()
    committing.join()
    tx.rollback()

    # an int is a descriptor for open(), but not a path here
    for name, call in {
        "an object": lambda: session.object(3),
        "a pin": lambda: chain.attach(File(fixture.spare), pin=3),
        "a cgroup": lambda: session.chain(3, "egress"),
        "the cgroup mount": lambda: cgswap.Session(cgroup_root=3),
        "the bpffs": lambda: cgswap.Session(bpffs=3),
    }.items():
        raises(call, TypeError, f"an int as {name}")
    same(fixture.now(), fixture.ids, "nothing changed")

    # many threads and one session
    def names(_):
        with session.chain(fixture.path, "egress") as own:
            return tuple(entry.name for entry in own)

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(names, range(3000)))
    same((len(found), set(found)), (3000, {("p0", "p1", "p2")}), "3,000 listings by a pool of threads")

    async def gather():
        return await asyncio.gather(*(asyncio.to_thread(names, one) for one in range(100)))

    same(set(asyncio.run(gather())), {("p0", "p1", "p2")}, "100 listings by asyncio.to_thread()")
