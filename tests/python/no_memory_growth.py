# SPDX-License-Identifier: BSD-2-Clause
"""A hundred thousand objects are made and dropped in random order, with forced collections: no memory,
descriptor or object is leaked."""

import gc
import os
import random
import sys
import warnings

import cgswap
import raw
from fixtures import File, Fixture
from tap import diag, ok, same

OBJECTS, POOL, SETTLED = 100_000, 150, 30_000
SLACK = 1024 * 1024  # malloc keeps some memory
OBJECT = raw.build_path("tests/bpf/object/metadata.bpf.o")


warnings.simplefilter("ignore", ResourceWarning)  # the test drops open links


class Circle:
    """An object that only the collector can free."""


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors():
    return len(os.listdir("/proc/self/fd"))


with Fixture(count=3) as fixture:
    pick = random.Random(7)
    session = fixture.session
    spare = File(fixture.spare)
    pool = []

    def some(kind):
        found = [one for one in pool if isinstance(one, kind)]
        return pick.choice(found) if found else None

    def a_session():
        one = cgswap.Session()
        one.set_log(lambda level, line: one)
        return one

    def a_chain():
        return (some(cgswap.Session) or session).chain(fixture.path, "egress")

    def an_entry():
        entry = pick.choice(list(some(cgswap.Chain) or fixture.chain))
        return entry if pick.randrange(2) or entry.name else None

    def a_program():
        return (some(cgswap.Session) or session).program(spare)

    def a_replace():
        chain = a_chain()
        tx = chain.session.replace()
        tx.add(chain, "pos:1", chain.session.program(spare))
        return tx

    def a_link():
        if any(isinstance(one, cgswap.Link) for one in pool):
            return an_entry()  # another entry would fill the chain
        return fixture.chain.attach(spare, link=True)

    def an_object():
        return (some(cgswap.Session) or session).object(OBJECT)

    def a_step():
        return a_replace().steps[0]

    def an_error():
        try:
            fixture.chain.find("name:absent")
        except cgswap.CgswapError as error:
            return error

    def a_circle():
        circle = Circle()
        circle.chain = a_chain()
        circle.chain.circle = circle
        circle.entry = circle.chain[0]
        return circle

    def a_closed_one():
        one = a_chain()
        one.close()
        return [one]

    MAKERS = [a_session, a_chain, an_entry, a_program, a_replace, a_step, an_error, a_circle,
              a_closed_one, a_link, an_object, an_entry, a_program, an_error]

    def turn(count):
        for n in range(count):
            pool.append(pick.choice(MAKERS)())
            if len(pool) > POOL:
                pool[pick.randrange(len(pool))] = pool[-1]
                pool.pop()
            if n % 5000 == 0:
                gc.collect()

    a_replace()  # the session keeps the probe program that it loads for this
    before = descriptors()
    turn(SETTLED)
    del pool[:]
    gc.collect()
    settled, blocks = resident(), sys.getallocatedblocks()
    turn(OBJECTS - SETTLED)
    del pool[:]
    gc.collect()
    grown, more = resident() - settled, sys.getallocatedblocks() - blocks
    diag(f"{grown // 1024} KiB and {more} blocks more after {OBJECTS - SETTLED} objects")
    if not raw.SANITIZED:
        ok(grown < SLACK, "memory does not grow")
    ok(more < 1000, "the number of Python's blocks does not grow")
    same(descriptors(), before, "no descriptor is left open")
    same(gc.garbage, [], "nothing is uncollectable")
