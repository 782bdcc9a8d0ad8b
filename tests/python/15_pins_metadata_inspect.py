# SPDX-License-Identifier: BSD-2-Clause
"""Programs and links can be pinned, and a swap moves the pin; programs have metadata; an object file can
be inspected without loading it."""

import os
import pathlib

import cgswap
import raw
from cgswap import Cause, ObjectMap
from fixtures import File, Fixture, raises, refused
from tap import ok, same

BPFFS = pathlib.Path(raw.bpffs())
TELLING = pathlib.Path(raw.build_path("tests/bpf/object/metadata.bpf.o"))

# pins
with Fixture(count=1) as fixture:
    chain, session = fixture.chain, fixture.session
    pin = BPFFS / "spare"
    same(chain.attach(File(fixture.spare), pin=pin), None, "attach and pin")
    same(session.program(pin).id, fixture.spare_id, "the pin is the program's")
    same(chain.find(pin).id, fixture.spare_id, "the pin selects the entry")
    other = raw.program(raw.EGRESS, "other")
    chain.replace(pin, File(other), pin=pin)
    same((fixture.now()[1], session.program(pin).id), (raw.program_id(other),) * 2, "swapped in the chain and in the pin")
    refused(lambda: chain.attach(File(fixture.spare), pin=pin), Cause.PIN_EXISTS, "the pin exists already")
    refused(lambda: chain.attach(File(fixture.spare), pin=fixture.path + "/pin"),
            Cause.PIN_FAILED, "the path is not in a bpffs")
    raises(lambda: chain.attach(File(fixture.spare), pin=7), TypeError, "an int as path")
    same(len(fixture.now()), 2, "nothing was attached")

    link_pin = str(BPFFS / "link")
    same(chain.attach(File(fixture.spare), link=True, pin=link_pin), None, "attach by a link and pin the link")
    same(fixture.now()[-1], fixture.spare_id, "the program stays attached without a descriptor")
    held = chain[-1].link_id
    ok(held, "its entry has the link's id")
    same(chain.find(f"pin:{link_pin}").link_id, held, "the link's pin selects the entry")
    third = raw.program(raw.EGRESS, "third")
    done = chain.replace("pin:" + link_pin, File(third), pin=BPFFS / "third")
    same((done[0].link_id, chain[-1].id), (held, raw.program_id(third)), "replaced through the link")
    same(session.program(BPFFS / "third").id, raw.program_id(third), "the new program is pinned as well")
    chain.detach("pin:" + link_pin)
    same(len(fixture.now()), 2, "detached by the link's pin")
    for fd in (other, third):
        os.close(fd)

# maps that are pinned by name
with Fixture(count=0) as fixture:
    chain, session = fixture.chain, fixture.session
    by_name = pathlib.Path(raw.build_path("tests/bpf/maps/pinned_map.bpf.o"))
    pin = BPFFS / "pinned_hits"
    error = refused(lambda: chain.attach(by_name, pin=fixture.path + "/pin"), Cause.PIN_FAILED,
                    "an attach that fails")
    ok(not pin.exists(), "leaves no pin of a map")
    program = session.program(by_name)
    ok(not pin.exists() and program.maps and program.name, "it is not there when it is loaded")
    del program
    ok(not pin.exists(), "nor when it was not used")
    chain.attach(by_name)
    ok(pin.exists(), "the pin of an attached program stays")
    pin.unlink()

# metadata of programs
with Fixture(count=1) as fixture:
    chain = fixture.chain
    chain.attach(TELLING)
    entry = chain[1]
    same(entry.metadata["version"], "2.1", "an entry has its version")
    same((entry.metadata["yes"], entry.metadata["s8"], entry.metadata["colour"]),
         ("true", "-8", "GREEN"), "a bool, a number and an enum")
    same(chain[0].metadata, {}, "another entry has no metadata")
    mine = entry.metadata
    mine.clear()
    same(entry.metadata["author"], "an author", "the dict is the caller's own")
    chain.describe(programs=False, links=False, preorder=False, metadata=True)
    old = chain[1]
    chain.read()
    same(old.metadata["version"], "2.1", "an old entry keeps described metadata")
    late = chain[1]
    chain.read()
    refused(lambda: late.metadata, Cause.REVISION_CHANGED, "but reads none of another snapshot")
    raises(lambda: setattr(entry, "metadata", {}), AttributeError, "metadata cannot be set")

# inspect
with cgswap.Session(kernel="model") as session:
    found = session.object(TELLING)
    same(found.license, "Dual BSD/GPL", "the license")
    (program,) = found.programs
    same((program.name, program.section), ("tell", "cgroup_skb/egress"), "its program")
    same((program.type, program.attach_type), ("cgroup_skb", "cgroup_inet_egress"), "its attach type")
    ok(program.length > 2, "its length")
    ok(ObjectMap("metadata.bss", "array", 4, 4, 1) in found.maps, "its maps")
    same(found.metadata["version"], "2.1", "its version")
    same(found.metadata["pair"], "02010403", "all other metadata")
    same(repr(found), "<cgswap.Object with tell>", "repr of an object")
    several = session.object(raw.build_path("tests/bpf/object/several_programs.bpf.o"))
    ok(len(several.programs) > 1, "an object with several programs")
    refused(lambda: session.object("/nowhere.o"), Cause.OBJECT_NOT_FOUND, "a missing file",
            FileNotFoundError)
    refused(lambda: session.object(raw.source_path("README")), Cause.OBJECT_NOT_ELF, "a file that is not an object",
            cgswap.RejectedError)
    raises(lambda: session.object(7), TypeError, "an int as path")
    raises(lambda: session.object("a\0b"), ValueError, "a path with a zero byte")
    with found:
        pass
    found.close()
    same(repr(found), "<cgswap.Object, closed>", "repr of a closed object")
    for what in ("license", "programs", "maps", "metadata"):
        refused(lambda: getattr(found, what), Cause.HANDLE_CLOSED, what, cgswap.ClosedError)
refused(lambda: several.programs, Cause.HANDLE_CLOSED, "closing the session closes it")


def unprivileged():
    with cgswap.Session() as session:
        same(session.object(TELLING).metadata["version"], "2.1", "without any privilege")


raw.without_capabilities(0xFFFFFFFFFFFFFFFF, unprivileged)
