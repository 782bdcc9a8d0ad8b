# SPDX-License-Identifier: BSD-2-Clause
"""A program in the middle is swapped in its place; it is verified, and maps are told."""

import pathlib
import time

import raw
from cgswap import StepState
from fixtures import File, Fixture
from tap import diag, ok, same

with Fixture(count=5) as fixture:
    chain = fixture.chain
    done = chain.replace("name:p2", File(fixture.spare))
    wanted = [*fixture.ids[:2], fixture.spare_id, *fixture.ids[3:]]
    same(fixture.now(), wanted, "the new one stands where the old one stood")
    same([entry.id for entry in chain], wanted, "the chain was read anew")
    same(len(done), 1, "one step")
    step = done[0]
    same((step.old_id, step.new_id, step.position), (fixture.ids[2], fixture.spare_id, 2), "which")
    same(step.state, StepState.DONE, "is done")
    same(step.verified, True, "is verified")
    same(step.cause, None, "was not refused")
    same(step.revision, chain.revision, "at this revision")
    same(step.maps, (), "and has no maps")
    ok(step.chain is chain, "its chain is the one it was given")
    same(repr(done), "<cgswap.Replace of 1 steps: 1 done>", "repr")

    # an object, with a map of its own
    path = pathlib.Path(raw.build_path("tests/bpf/object/one_program.bpf.o"))
    again = chain.replace(fixture.spare_id, path)
    same(fixture.now()[:2] + fixture.now()[3:], fixture.ids[:2] + fixture.ids[3:], "an object likewise")
    (one,) = again[0].maps
    same((one.name, one.kept), ("counters", False), "its map is new")
    same((one.id,), chain[2].maps, "and is the entry's")

    # the very same map
    other = fixture.session.replace()
    program = fixture.session.program(chain[2].id)
    other.add(chain, program.id, program)
    other.commit()
    same(other[0].maps[0].kept, True, "the same program keeps it")

    unverified = chain.replace(File(program.fileno()), f"fd:{fixture.spare}", verify=False)
    same(unverified[0].verified, False, "what was not verified says so")
    same(fixture.now(), wanted, "all is where it was")

# under traffic
with Fixture(count=0) as fixture:
    versions = raw.marks(200_000)
    fixture.chain.attach(File(versions[0]))
    raw.start_traffic(fixture.path, fixture.fd)
    until = time.monotonic() + 0.5
    swaps = 0
    while time.monotonic() < until:
        fixture.chain.replace(File(versions[swaps % 2]), File(versions[1 - swaps % 2]))
        swaps += 1
    sent, unseen, doubled, first, second = raw.stop_traffic()
    diag(f"{swaps} swaps, {sent} packets, {first} seen by one version, {second} by the other")
    ok(swaps > 10 and first and second, "both versions saw packets")
    same((unseen, doubled), (0, 0), "each packet was seen by one of them, and by one only")
