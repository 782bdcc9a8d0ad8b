# SPDX-License-Identifier: BSD-2-Clause
"""An object is loaded once, and all its programs are attached and replaced as one transaction."""

import os

import cgswap
import raw
from cgswap import Cause
from fixtures import Fixture, raises, refused
from tap import ok, same

V1, V2, ODD = (raw.build_path(f"tests/bpf/object/product_{version}.bpf.o") for version in ("v1", "v2", "odd"))
NAMES = ["on_connect", "on_send", "on_packet", "on_socket"]
TYPES = ["connect4", "sendmsg4", "egress", "sock_create"]


def ids(session, path):
    return [[entry.id for entry in session.chain(path, attach_type)] for attach_type in TYPES]


with Fixture(count=0) as fixture:
    session, path = fixture.session, fixture.path
    empty = ids(session, path)
    first = session.object(V1)

    dry = first.attach(path, dry_run=True)
    same(([str(step.state) for step in dry], ids(session, path)), (["planned"] * 4, empty), "a dry run attaches nothing")
    done = first.attach(path)
    same([step.chain.attach_type for step in done], [f"cgroup_{name}" for name in
         ("inet4_connect", "udp4_sendmsg", "inet_egress", "inet_sock_create")], "each step has its chain")
    same([step.old_id for step in done], [None] * 4, "and no old program")
    same([[step.new_id] for step in done], ids(session, path), "each program is attached")
    same(len({map.id for step in done for map in step.maps}), 4, "they have one set of maps")
    same([first.program(name).id for name in NAMES], [step.new_id for step in done], "the object gives its programs")
    same(first.program("on_send").name, "on_send", "by their names")
    error = refused(lambda: first.attach(path), Cause.ALREADY_ATTACHED, "the same once more", cgswap.CgswapError)
    same(list(error.details["candidate"]), NAMES, "the error lists the programs")

    second = session.object(V2)
    with session.replace() as replace:
        replace.add_object(path, second)
        same([step.old_id for step in replace], [ids(session, path)[i][0] for i in (2, 0, 1, 3)], "a step for each")
        replace.commit()
    kept = {map.name.rpartition("_")[2]: map.kept for step in replace for map in step.maps}
    same(kept, {"counts": True, "noted": True, ".bss": True, ".rodata": False, "added": False}, "maps are reused")
    same(sorted(step.new_id for step in replace), sorted(sum(ids(session, path), [])), "all were replaced")
    replace.rollback()
    same([[step.new_id] for step in done], ids(session, path), "and put back")

    replace = session.replace()
    replace.add_object(path, second, only=["on_packet", "on_socket"], maps="new")
    same(len(replace), 2, "only")
    replace = session.replace()
    replace.add_object(path, second, skip=("on_packet",))
    same(len(replace), 3, "skip")
    refused(lambda: replace.add_object(path, session.object(ODD), skip=["on_any"]), Cause.NOT_ATTACHED,
            "a program without an entry", cgswap.NotAttachedError)
    same(len(replace), 3, "adds no step")
    refused(lambda: first.attach(path, only=["nothing"]), Cause.PROGRAM_NOT_IN_OBJECT, "no such program")
    raises(lambda: first.attach(path, only="on_send"), TypeError, "a name is not a list of names")

    done.rollback()
    same(ids(session, path), empty, "the attach is rolled back")
    third = session.object(V2)
    refused(lambda: third.program("on_send"), Cause.BAD_ARGUMENT, "it is not loaded")
    third.load(reuse_maps_of=[first.program("on_connect"), first.program("on_packet")], maps="reuse")
    ok(all(map.kept for map in third.program("on_send").maps if map.name in ("counts", "noted")),
       "a load reuses the maps of several programs")
    refused(third.load, Cause.BAD_ARGUMENT, "a second load")
    third.close()
    raises(lambda: third.program("on_send"), ValueError, "a closed object")
