# SPDX-License-Identifier: BSD-2-Clause
"""The new program reuses the old one's maps. Options change that, and steps list the maps."""

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
    same((maps["hits"].id, maps["hits"].kept), (hits, True), "the map hits is reused")
    same(maps["hits"].reason, "same map as the old program's", "the step has the reason")
    same(maps["bss"].kept and maps["data"].kept and maps["of_cgroup"].kept, True, "other maps are reused")
    same(maps["rodata"].kept, False, "read-only data are new")
    same(done[0].dropped_maps, (), "no map is dropped")
    ok(maps["rodata"].reason and maps["lengths"].reason, "new maps have a reason too")
    raw.send(fixture.path, fixture.fd, 5)
    same(raw.value(hits), 15, "the new program counts in the same map")
    same(done.drain(), None, "drained: no CPU runs the old program")
    done.rollback()
    raw.send(fixture.path, fixture.fd, 1)
    same(raw.value(hits), 16, "the old program counts in the same map")
    done.drain()
    chain.read()

    # with options
    done = chain.replace(chain[0], V2, maps="new")
    maps = by_name(done[0].maps)
    ok(maps["hits"].id != hits and not maps["hits"].kept, "new: the map hits is another one")
    same(raw.value(maps["hits"].id), 0, "its counter is 0")
    dropped = by_name(done[0].dropped_maps)
    same(dropped["hits"], cgswap.DroppedMap(hits, "hits"), "the old map is dropped")
    same(sorted(dropped), ["bss", "data", "hits", "of_cgroup"], "the others except read-only data are dropped")
    done.rollback()
    chain.read()
    done = chain.replace(chain[0], V2, maps="require")
    same(by_name(done[0].maps)["hits"].id, hits, "require: the map is the same")
    done.rollback()
    chain.read()
    before = fixture.state()
    error = refused(lambda: chain.replace(chain[0], LESS, maps=MapPolicy.REQUIRE),
                    Cause.MAP_DROPPED, "require: a map would be dropped", cgswap.IncompatibleError)
    error = refused(lambda: chain.replace(chain[0], WIDE), Cause.MAP_CHANGED, "a map that changed")
    ok("hits" in error.message, "the message has the map")
    refused(lambda: chain.replace(chain[0], MOVED), Cause.MAP_CHANGED, "variables that moved")
    error = raises(lambda: chain.replace(chain[0], V2, maps="old"), ValueError, "an unknown map policy")
    ok("reuse, new, require" in str(error), "the message lists the policies")
    for given in ({"hits": "new", ".bss": "old"}, ["hits=new", ".bss=old"]):
        with session.replace() as tx:
            tx.add(chain, chain[0], V2, map_choices=given)
            maps = by_name(tx[0].maps)
            same((maps["hits"].kept, maps["bss"].kept), (False, True), f"map_choices={given}")
    with session.program(V2, attach_type="egress", map_choices={"hits": f"id:{hits}"}) as alone:
        same(by_name(alone.maps)["hits"].id, hits, "a map by its id, without an old program")
    for wrong in ({"hits": "older"}, ["hits=older"], ("hits=older",)):
        error = refused(lambda: chain.replace(chain[0], V2, map_choices=wrong), Cause.BAD_ARGUMENT,
                        f"an unknown choice, in a {type(wrong).__name__}")
        ok("'hits=older'" in error.message, "the message has it")
    for wrong in ("hits=new", {"hits": 1}, {1: "new"}, [1], 1, b"hits=new"):
        raises(lambda: chain.replace(chain[0], V2, map_choices=wrong), TypeError, f"map_choices {wrong!r}")
    raises(lambda: chain.replace(chain[0], V2, maps=1.5), TypeError, "a float as map policy")
    refused(lambda: chain.replace(chain[0], V2, maps=77), Cause.BAD_ARGUMENT, "an unknown number as map policy")
    same(fixture.state(), before, "nothing changed")

    # in transactions
    with session.replace() as tx:
        tx.add(chain, chain[0], V2, maps="reuse")
        same(by_name(tx[0].maps)["hits"].kept, True, "a step has its maps before the commit")
        same(tx[0].guard, None, "it has no guard yet")
        tx.commit()
    same(fixture.now(), [tx[0].new_id], "the new program is attached")
    ok(tx[0].guard in (cgswap.Guard.PROGRAM, cgswap.Guard.REVISION), "the step has a guard")
    chain.read()

    # programs
    reusing = session.program(V1, attach_type="egress", reuse_maps_of=chain[0])
    maps = by_name(reusing.maps)
    same((maps["hits"].id, maps["hits"].kept), (hits, True), "reuse_maps_of an Entry")
    chain.replace(chain[0], reusing)
    raw.send(fixture.path, fixture.fd, 4)
    same(raw.value(hits), 20, "it counts in the same map")
    for old in (chain[0].id, f"id:{chain[0].id}", File(reusing.fileno()), reusing):
        maps = by_name(session.program(V2, attach_type="egress", reuse_maps_of=old).maps)
        same(maps["hits"].kept, True, f"reuse_maps_of {type(old).__name__}")
    alone = session.program(V2, attach_type="egress")
    same([one.kept for one in alone.maps], [False] * len(alone.maps), "without reuse_maps_of all maps are new")
    alone = session.program(V2, attach_type="egress", reuse_maps_of=reusing, maps="new")
    same([one.kept for one in alone.maps], [False] * len(alone.maps), "with maps=new all maps are new")
    refused(lambda: session.program(V2, reuse_maps_of="id:4294967295"), Cause.PROGRAM_NOT_FOUND,
            "reuse_maps_of an unknown program")
    raises(lambda: session.program(V2, reuse_maps_of=1.5), TypeError, "reuse_maps_of a float")
    alone.close()
    refused(lambda: alone.maps, Cause.HANDLE_CLOSED, "maps of a closed program", cgswap.ClosedError)

# Constants that a loader has set.
GATE, NEXT, LIMIT, KINDS = (
    pathlib.Path(raw.build_path(f"tests/bpf/constants/{name}.bpf.o"))
    for name in ("gate_v1", "gate_v2", "gate_limit", "kinds")
)
with Fixture(count=0) as fixture:
    chain, session = fixture.chain, fixture.session
    chain.attach(session.program(GATE, constant_choices={"deny_all": 1}))
    before = fixture.state()
    error = refused(lambda: chain.replace(chain[0], LIMIT), Cause.CONSTANTS_CHANGED, "constants differ")
    same(error.details["constant"], ["deny_all", "limit"], "the details name them")
    same((error.details["old_value"], error.details["new_value"]), (["1", "5"], ["0", "7"]), "with both values")
    ok("--constants old" in error.remedy, "the remedy has the options")
    same(fixture.state(), before, "nothing changed")
    for policy in ("old", cgswap.ConstantPolicy.OLD):
        done = chain.replace(chain[0], NEXT, constants=policy)
        same(
            done[0].constants,
            (cgswap.StepConstant("deny_all", "1", "1", "0", "old: requested by the constant policy"),),
            "the step has the constant",
        )
        done.rollback()
        chain.read()
    done = chain.replace(chain[0], NEXT, old_object=GATE)
    same(done[0].constants[0].reason, "old: a loader had set it", "the file tells that it was set")
    same(done[0].dropped_constants, (), "no constant is dropped")
    chain.read()
    done = chain.replace(chain[0], GATE, constant_choices=["deny_all=old"])
    same(done[0].dropped_constants, (cgswap.DroppedConstant("only_v2", "77"),), "one is dropped")
    chain.read()
    for wrong in ({"deny_all": 1.5}, {"deny_all": None}, {1: 1}, "deny_all=1", 1):
        raises(lambda: chain.replace(chain[0], NEXT, constant_choices=wrong), TypeError, f"choices {wrong!r}")
    raises(lambda: chain.replace(chain[0], NEXT, constants="both"), ValueError, "an unknown policy")
    refused(lambda: chain.replace(chain[0], NEXT, constant_choices={"deny_all": 256}), Cause.BAD_ARGUMENT,
            "a number out of range")
    choices = {"yes": False, "byte": 7, "ports": b"\1\0\2\0\4\0", "label": "=old", "colour": "RED", "config.low": 1}
    done = chain.replace(chain[0], KINDS, constant_choices=choices)
    same(
        {one.name: one.value for one in done[0].constants},
        {"yes": "false", "byte": "7", "ports": "010002000400", "label": "old", "colour": "RED", "config.low": "1"},
        "values of all types",
    )

# A map that is pinned by its name, and that the new program does not use.
NEEDED = raw.build_path("tests/bpf/maps/needed.bpf.o")
pin = raw.bpffs() + "/pin_of_other"
with Fixture(count=0) as fixture:
    chain, session = fixture.chain, fixture.session
    chain.attach(session.program(f"obj:{NEEDED}#pinning"))
    held = next(one.id for one in session.program(f"id:{chain[0].id}").maps if one.name == "pin_of_other")
    done = chain.replace(chain[0], f"obj:{NEEDED}#direct")
    same(done[0].left_pins, (cgswap.LeftPin(pin, held),), "its pin is left behind")
    same(done[0].unpinned_maps, (cgswap.UnpinnedMap("pin_of_other"),), "and the new map is not pinned")
    done.rollback()
    chain.read()
