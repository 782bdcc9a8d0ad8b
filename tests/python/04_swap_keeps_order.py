# SPDX-License-Identifier: BSD-2-Clause
"""A program in the middle is swapped at its position; the swap is verified, and its step lists maps."""

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
    same(fixture.now(), wanted, "the new program is at the old one's position")
    same([entry.id for entry in chain], wanted, "the chain was read again")
    same(len(done), 1, "one step")
    step = done[0]
    same((step.old_id, step.new_id, step.position), (fixture.ids[2], fixture.spare_id, 2), "which")
    same(step.state, StepState.DONE, "its state is done")
    same(step.verified, True, "it is verified")
    same(step.cause, None, "it has no cause")
    same(step.revision, chain.revision, "it has the revision")
    same(step.maps, (), "it has no maps")
    ok(step.chain is chain, "it has the chain object of the call")
    same(repr(done), "<cgswap.Replace of 1 steps: 1 done>", "repr")

    # an object, with its own map
    path = pathlib.Path(raw.build_path("tests/bpf/object/one_program.bpf.o"))
    again = chain.replace(fixture.spare_id, path)
    same(fixture.now()[:2] + fixture.now()[3:], fixture.ids[:2] + fixture.ids[3:], "an object is swapped in")
    (one,) = again[0].maps
    same((one.name, one.kept), ("counters", False), "its map is new")
    same((one.id,), chain[2].maps, "the entry has the same map")

    # the same map
    other = fixture.session.replace()
    program = fixture.session.program(chain[2].id)
    other.add(chain, program.id, program)
    other.commit()
    same(other[0].maps[0].kept, True, "the same program reuses the map")

    unverified = chain.replace(File(program.fileno()), f"fd:{fixture.spare}", verify=False)
    same(unverified[0].verified, False, "a swap without verification is not verified")
    same(fixture.now(), wanted, "the order is the same")

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
    same((unseen, doubled), (0, 0), "each packet was seen by exactly one version")
