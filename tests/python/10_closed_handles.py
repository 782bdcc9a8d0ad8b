# SPDX-License-Identifier: BSD-2-Clause
"""Calls on closed handles raise an exception, closing twice is allowed, a session closes its children."""

import gc

import cgswap
from cgswap import Cause, Feature
from fixtures import File, Fixture, raises, refused
from tap import ok, same

with Fixture(count=2) as fixture:
    session = cgswap.Session()
    chain = session.chain(fixture.path, "egress")
    program = session.program(File(fixture.spare))
    tx = session.replace()
    tx.add(chain, "name:p0", program)
    entry = chain[0]

    chain_calls = {
        "len": lambda: len(chain),
        "list": lambda: list(chain),
        "an index": lambda: chain[0],
        "a negative index": lambda: chain[-1],
        "read": lambda: chain.read(),
        "describe": lambda: chain.describe(),
        "read_effective": lambda: chain.read_effective(),
        "read_leftovers": lambda: chain.read_leftovers(),
        "find": lambda: chain.find("pos:0"),
        "attach": lambda: chain.attach(program),
        "detach": lambda: chain.detach("pos:0"),
        "replace": lambda: chain.replace("pos:0", fixture.spare_id),
        "cgroup": lambda: chain.cgroup,
        "cgroup_id": lambda: chain.cgroup_id,
        "attach_type": lambda: chain.attach_type,
        "mode": lambda: chain.mode,
        "revision": lambda: chain.revision,
        "an entry's link": lambda: entry.link_id,
        "an entry's metadata": lambda: entry.metadata,
    }
    program_calls = {
        "id": lambda: program.id,
        "name": lambda: program.name,
        "tag": lambda: program.tag,
        "type": lambda: program.type,
        "fileno": lambda: program.fileno(),
        "maps": lambda: program.maps,
    }
    replace_calls = {
        "len": lambda: len(tx),
        "steps": lambda: tx.steps,
        "an index": lambda: tx[0],
        "add": lambda: tx.add(chain, "pos:1", fixture.spare_id),
        "check": lambda: tx.check(),
        "commit": lambda: tx.commit(),
        "rollback": lambda: tx.rollback(),
        "drain": lambda: tx.drain(),
    }
    session_calls = {
        "chain": lambda: session.chain(fixture.path, "egress"),
        "program": lambda: session.program(fixture.spare_id),
        "object": lambda: session.object(__file__),
        "replace": lambda: session.replace(),
        "has": lambda: session.has(Feature.REPLACE),
        "has_attach_type": lambda: session.has_attach_type("egress"),
        "features": lambda: session.features(),
        "probe": lambda: session.probe("replace"),
        "kernel": lambda: session.kernel,
        "cgroup_root": lambda: session.cgroup_root,
        "bpffs": lambda: session.bpffs,
        "cgroups": lambda: session.cgroups(),
        "set_log": lambda: session.set_log(print),
    }

    def closed(calls, what):
        for name, call in calls.items():
            refused(call, Cause.HANDLE_CLOSED, f"{name} of a closed {what}", cgswap.ClosedError)

    tx.close()
    tx.close()
    closed(replace_calls, "replace")
    same(repr(tx), "<cgswap.Replace, closed>", "repr of a closed Replace")
    tx.cancel()
    program.close()
    program.close()
    closed(program_calls, "program")
    same(repr(program), "<cgswap.Program, closed>", "repr of a closed Program")
    chain.close()
    chain.close()
    closed(chain_calls, "chain")
    same(repr(chain), "<cgswap.Chain, closed>", "repr of a closed Chain")
    same((entry.id, entry.name), (fixture.ids[0], "p0"), "an entry keeps its values")

    # a session closes its children
    chain = session.chain(fixture.path, "egress")
    program = session.program(File(fixture.spare))
    tx = session.replace()
    entry = chain[0]
    session.close()
    session.close()
    closed(session_calls, "session")
    closed(chain_calls, "session's chain")
    closed(program_calls, "session's program")
    closed(replace_calls, "session's replace")
    same(repr(session), "<cgswap.Session, closed>", "repr of a closed Session")

    # a child keeps its session alive
    chain = cgswap.Session().chain(fixture.path, "egress")
    gc.collect()
    same([one.id for one in chain], fixture.ids, "a chain whose session was dropped")
    entry = cgswap.Session().chain(fixture.path, "egress")[1]
    gc.collect()
    same((entry.name, entry.link_id), ("p1", None), "an entry whose chain was dropped")

    # objects that were never opened
    for kind in (cgswap.Session, cgswap.Chain, cgswap.Program, cgswap.Replace, cgswap.Object):
        raw = kind.__new__(kind)
        raises(raw.close, (TypeError, AttributeError), f"{kind.__name__} that was never opened")
        raises(lambda: kind.close(None), cgswap.ArgumentError, "None as object")
        raises(lambda: kind.close(object()), TypeError, "an object of another class")
    raises(lambda: cgswap.Chain.revision.__get__(fixture.session), TypeError, "a session as chain")
    raises(lambda: len(cgswap.Chain.__new__(cgswap.Chain)), TypeError, "a chain without a handle")
    raises(cgswap.Entry, TypeError, "entries cannot be created")
    raises(lambda: cgswap.Chain(None, fixture.path, "egress"), cgswap.ArgumentError, "a chain without a session")
    raises(lambda: cgswap.Session(cgroup_root="/nowhere"), FileNotFoundError, "a missing mount")
    raises(lambda: cgswap.Session(scratch_cgroup="/nowhere"), FileNotFoundError, "a missing scratch cgroup")
    cgswap.Session(scratch_cgroup=fixture.path).close()

    # with-blocks of closed objects
    with cgswap.Session() as session:
        with session.chain(fixture.path, "egress") as chain:
            chain.close()
        session.close()
    ok(True, "with-blocks whose object is closed inside")
