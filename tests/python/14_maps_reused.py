# SPDX-License-Identifier: BSD-2-Clause
"""What an old program counted, its heir counts on; what is kept and what not is told, and can be said."""

import pathlib

import cgswap
import raw
from cgswap import Cause, MapPolicy
from fixtures import File, Fixture, raises, refused
from tap import ok, same

V1, V2, LESS, MOVED, WIDE = (
    pathlib.Path(raw.build_path(f"tests/bpf/maps/count_{version}.bpf.o"))
    for version in ("v1", "v2", "less", "moved", "wide")
)


def by_name(maps):
    return {one.name.partition(".")[2] or one.name: one for one in maps}


with Fixture(count=0) as fixture:
    chain, session = fixture.chain, fixture.session
    chain.attach(V1)
    before = by_name(session.program(chain[0].id).maps)
    hits = before["hits"].id
    raw.send(fixture.path, fixture.fd, 10)
    same(raw.value(hits), 10, "ten packets were counted")

    done = chain.replace("name:counting", V2)
    maps = by_name(done[0].maps)
    same((maps["hits"].id, maps["hits"].kept), (hits, True), "the counter is kept")
    same(maps["hits"].reason, "same map as the old program's", "and why")
    same(maps["bss"].kept and maps["data"].kept and maps["of_cgroup"].kept, True, "so are others")
    same(maps["rodata"].kept, False, "read-only data are not")
    same(done[0].dropped_maps, (), "nothing is lost")
    ok(maps["rodata"].reason and maps["lengths"].reason, "nor what is new, and that is told")
    raw.send(fixture.path, fixture.fd, 5)
    same(raw.value(hits), 15, "counting goes on")
    same(done.drain(), None, "drained: nobody is in the old program")
    done.rollback()
    raw.send(fixture.path, fixture.fd, 1)
    same(raw.value(hits), 16, "the old one counts on")
    done.drain()
    chain.read()

    # said otherwise
    done = chain.replace(chain[0], V2, maps="new")
    maps = by_name(done[0].maps)
    ok(maps["hits"].id != hits and not maps["hits"].kept, "new: another counter")
    same(raw.value(maps["hits"].id), 0, "which begins at 0")
    lost = by_name(done[0].dropped_maps)
    same(lost["hits"], cgswap.DroppedMap(hits, "hits"), "the old one is lost")
    same(sorted(lost), ["bss", "data", "hits", "of_cgroup"], "and so is all but read-only data")
    done.rollback()
    chain.read()
    done = chain.replace(chain[0], V2, maps="require")
    same(by_name(done[0].maps)["hits"].id, hits, "require: the same")
    done.rollback()
    chain.read()
    before = fixture.state()
    error = refused(lambda: chain.replace(chain[0], LESS, maps=MapPolicy.REQUIRE),
                    Cause.MAP_DROPPED, "require, and a map has no heir", cgswap.IncompatibleError)
    error = refused(lambda: chain.replace(chain[0], WIDE), Cause.MAP_CHANGED, "a map that changed")
    ok("hits" in error.message, "which is named")
    refused(lambda: chain.replace(chain[0], MOVED), Cause.MAP_CHANGED, "variables that moved")
    error = raises(lambda: chain.replace(chain[0], V2, maps="old"), ValueError, "no such state")
    ok("reuse, new, require" in str(error), "it says which there are")
    raises(lambda: chain.replace(chain[0], V2, maps=1.5), TypeError, "a state of another type")
    refused(lambda: chain.replace(chain[0], V2, maps=77), Cause.BAD_ARGUMENT, "nor 77")
    same(fixture.state(), before, "nothing was changed")

    # in transactions
    with session.replace() as tx:
        tx.add(chain, chain[0], V2, maps="reuse")
        same(by_name(tx[0].maps)["hits"].kept, True, "a step knows before it is done")
        same(tx[0].guard, None, "and is guarded by nothing yet")
        tx.commit()
    same(fixture.now(), [tx[0].new_id], "done")
    ok(tx[0].guard in (cgswap.Guard.PROGRAM, cgswap.Guard.REVISION), "and guarded")
    chain.read()

    # of programs
    heir = session.program(V1, attach_type="egress", reuse_maps_of=chain[0])
    maps = by_name(heir.maps)
    same((maps["hits"].id, maps["hits"].kept), (hits, True), "reuse_maps_of an Entry")
    chain.replace(chain[0], heir)
    raw.send(fixture.path, fixture.fd, 4)
    same(raw.value(hits), 20, "counts on")
    for old in (chain[0].id, f"id:{chain[0].id}", File(heir.fileno()), heir):
        maps = by_name(session.program(V2, attach_type="egress", reuse_maps_of=old).maps)
        same(maps["hits"].kept, True, f"heir of {type(old).__name__}")
    alone = session.program(V2, attach_type="egress")
    same([one.kept for one in alone.maps], [False] * len(alone.maps), "nobody's heir")
    alone = session.program(V2, attach_type="egress", reuse_maps_of=heir, maps="new")
    same([one.kept for one in alone.maps], [False] * len(alone.maps), "one that wants nothing")
    refused(lambda: session.program(V2, reuse_maps_of="id:4294967295"), Cause.PROGRAM_NOT_FOUND,
            "the heir of nobody")
    raises(lambda: session.program(V2, reuse_maps_of=1.5), TypeError, "nor of a number 1.5")
    alone.close()
    refused(lambda: alone.maps, Cause.HANDLE_CLOSED, "maps of a closed one", cgswap.ClosedError)
