# SPDX-License-Identifier: BSD-2-Clause
"""Programs are attached and detached, in each mode."""

import os

import cgswap
import lab
from cgswap import Cause, Mode
from fixtures import File, Scene, raises, refused
from tap import same

for mode in (Mode.MULTI, Mode.OVERRIDE, Mode.NONE):
    with Scene(count=0) as scene:
        chain = scene.chain
        chain.attach(File(scene.spare), mode=mode)
        same(scene.now(), [scene.spare_id], f"attached in mode {mode}")
        same([entry.id for entry in chain], [scene.spare_id], "the chain was read anew")
        same(chain.mode, mode, "its mode")
        other = Mode.OVERRIDE if mode == Mode.MULTI else Mode.MULTI
        before = scene.state()
        program = lab.program(lab.EGRESS, "other")
        error = refused(
            lambda: chain.attach(File(program), mode=other),
            Cause.OWN_MODE_CONFLICT,
            f"not in mode {other} besides",
            cgswap.ConflictError,
        )
        same(scene.state(), before, "which changed nothing")
        chain.detach("name:spare")
        same(scene.now(), [], "detached")
        same((len(chain), chain.mode), (0, None), "and read anew")
        os.close(program)

with Scene(count=2) as scene:
    chain = scene.chain
    with scene.session.program(f"fd:{scene.spare}") as program:
        chain.attach(program)
    same(scene.now(), [*scene.ids, scene.spare_id], "a Program, at the end")
    refused(
        lambda: chain.attach(scene.spare_id),
        Cause.ALREADY_ATTACHED,
        "not twice",
        cgswap.AlreadyAttachedError,
    )
    chain.detach(chain[0])
    same(scene.now(), [scene.ids[1], scene.spare_id], "an entry is taken off")
    chain.detach(scene.spare_id)
    same(scene.now(), [scene.ids[1]], "an id is taken off")
    refused(lambda: chain.detach("name:p0"), Cause.NOT_ATTACHED, "what is not there is not")
    chain.attach(lab.build_path("tests/bpf/object/one_program.bpf.o"))
    same(chain[-1].name, "count_all", "an object is loaded and attached")
    same(len(chain[-1].maps), 1, "with its map")

    link = lab.link(scene.fd, scene.spare, lab.EGRESS)
    before = scene.now()
    chain.detach("name:spare")
    same(scene.now(), before[:-1], "what a link holds is taken off through the link")
    os.close(link)
    with scene.session.chain(scene.path, "connect4") as wrong:
        refused(
            lambda: wrong.attach(File(scene.spare)),
            Cause.PROGRAM_TYPE_MISMATCH,
            "nor is a program attached to a hook of another kind",
            cgswap.TypeMismatchError,
        )
    error = raises(lambda: chain.attach(scene.spare_id, mode="many"), ValueError, "no mode is many")
    same(str(error), "'many' is no mode; there are multi, override, none", "it says which there are")
    raises(lambda: chain.attach(scene.spare_id, mode=1.5), TypeError, "nor is a number 1.5")
    refused(lambda: chain.attach(File(scene.spare), mode=77), Cause.BAD_ARGUMENT, "nor 77")
    raises(lambda: chain.attach(scene.spare_id, Mode.MULTI), TypeError, "options are keywords")
    if lab.knows_flags(lab.PREORDER | lab.MULTI):
        path, fd = lab.scratch("preorder")
        with scene.session.chain(path, "egress") as first:
            first.attach(File(scene.spare), mode="multi", preorder=True)
            same(len(lab.chain(fd, lab.EGRESS)[0]), 1, "preorder")
            first.detach("pos:0")
        os.close(fd)
