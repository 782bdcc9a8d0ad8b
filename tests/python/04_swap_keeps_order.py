# SPDX-License-Identifier: BSD-2-Clause
"""A program in the middle is swapped in its place; it is verified, and maps are told."""

import pathlib
import time

import lab
from cgswap import StepState
from fixtures import File, Scene
from tap import diag, ok, same

with Scene(count=5) as scene:
    chain = scene.chain
    done = chain.replace("name:p2", File(scene.spare))
    wanted = [*scene.ids[:2], scene.spare_id, *scene.ids[3:]]
    same(scene.now(), wanted, "the new one stands where the old one stood")
    same([entry.id for entry in chain], wanted, "the chain was read anew")
    same(len(done), 1, "one step")
    step = done[0]
    same((step.old_id, step.new_id, step.position), (scene.ids[2], scene.spare_id, 2), "which")
    same(step.state, StepState.DONE, "is done")
    same(step.verified, True, "is verified")
    same(step.cause, None, "was not refused")
    same(step.revision, chain.revision, "at this revision")
    same(step.maps, (), "and has no maps")
    ok(step.chain is chain, "its chain is the one it was given")
    same(repr(done), "<cgswap.Replace of 1 steps: 1 done>", "repr")

    # an object, with a map of its own
    path = pathlib.Path(lab.build_path("tests/bpf/object/one_program.bpf.o"))
    again = chain.replace(scene.spare_id, path)
    same(scene.now()[:2] + scene.now()[3:], scene.ids[:2] + scene.ids[3:], "an object likewise")
    (one,) = again[0].maps
    same((one.name, one.kept), ("counters", False), "its map is new")
    same((one.id,), chain[2].maps, "and is the entry's")

    # the very same map
    other = scene.session.replace()
    program = scene.session.program(chain[2].id)
    other.add(chain, program.id, program)
    other.commit()
    same(other[0].maps[0].kept, True, "the same program keeps it")

    unverified = chain.replace(File(program.fileno()), f"fd:{scene.spare}", verify=False)
    same(unverified[0].verified, False, "what was not verified says so")
    same(scene.now(), wanted, "all is where it was")

# under traffic
with Scene(count=0) as scene:
    versions = lab.marks(200_000)
    scene.chain.attach(File(versions[0]))
    lab.start_traffic(scene.path, scene.fd)
    until = time.monotonic() + 0.5
    swaps = 0
    while time.monotonic() < until:
        scene.chain.replace(File(versions[swaps % 2]), File(versions[1 - swaps % 2]))
        swaps += 1
    sent, unseen, doubled, first, second = lab.stop_traffic()
    diag(f"{swaps} swaps, {sent} packets, {first} seen by one version, {second} by the other")
    ok(swaps > 10 and first and second, "both versions saw packets")
    same((unseen, doubled), (0, 0), "each packet was seen by one of them, and by one only")
