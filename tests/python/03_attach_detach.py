# SPDX-License-Identifier: BSD-2-Clause
"""Programs are attached and detached, in each mode."""

import os

import cgswap
import raw
from cgswap import Cause, Mode
from fixtures import File, Fixture, raises, refused
from tap import same

for mode in (Mode.MULTI, Mode.OVERRIDE, Mode.NONE):
    with Fixture(count=0) as fixture:
        chain = fixture.chain
        chain.attach(File(fixture.spare), mode=mode)
        same(fixture.now(), [fixture.spare_id], f"attached in mode {mode}")
        same([entry.id for entry in chain], [fixture.spare_id], "the chain was read anew")
        same(chain.mode, mode, "its mode")
        other = Mode.OVERRIDE if mode == Mode.MULTI else Mode.MULTI
        before = fixture.state()
        program = raw.program(raw.EGRESS, "other")
        error = refused(
            lambda: chain.attach(File(program), mode=other),
            Cause.OWN_MODE_CONFLICT,
            f"not in mode {other} besides",
            cgswap.ConflictError,
        )
        same(fixture.state(), before, "which changed nothing")
        chain.detach("name:spare")
        same(fixture.now(), [], "detached")
        same((len(chain), chain.mode), (0, None), "and read anew")
        os.close(program)

with Fixture(count=2) as fixture:
    chain = fixture.chain
    with fixture.session.program(f"fd:{fixture.spare}") as program:
        chain.attach(program)
    same(fixture.now(), [*fixture.ids, fixture.spare_id], "a Program, at the end")
    refused(
        lambda: chain.attach(fixture.spare_id),
        Cause.ALREADY_ATTACHED,
        "not twice",
        cgswap.AlreadyAttachedError,
    )
    chain.detach(chain[0])
    same(fixture.now(), [fixture.ids[1], fixture.spare_id], "an entry is taken off")
    chain.detach(fixture.spare_id)
    same(fixture.now(), [fixture.ids[1]], "an id is taken off")
    refused(lambda: chain.detach("name:p0"), Cause.NOT_ATTACHED, "what is not there is not")
    chain.attach(raw.build_path("tests/bpf/object/one_program.bpf.o"))
    same(chain[-1].name, "count_all", "an object is loaded and attached")
    same(len(chain[-1].maps), 1, "with its map")

    link = raw.link(fixture.fd, fixture.spare, raw.EGRESS)
    before = fixture.now()
    chain.detach("name:spare")
    same(fixture.now(), before[:-1], "what a link holds is taken off through the link")
    os.close(link)
    with fixture.session.chain(fixture.path, "connect4") as wrong:
        refused(
            lambda: wrong.attach(File(fixture.spare)),
            Cause.PROGRAM_TYPE_MISMATCH,
            "nor is a program attached to a hook of another kind",
            cgswap.TypeMismatchError,
        )
    error = raises(lambda: chain.attach(fixture.spare_id, mode="many"), ValueError, "no mode is many")
    same(str(error), "unknown mode 'many'; known: multi, override, none", "it says which there are")
    raises(lambda: chain.attach(fixture.spare_id, mode=1.5), TypeError, "nor is a number 1.5")
    refused(lambda: chain.attach(File(fixture.spare), mode=77), Cause.BAD_ARGUMENT, "nor 77")
    raises(lambda: chain.attach(fixture.spare_id, Mode.MULTI), TypeError, "options are keywords")
    if raw.knows_flags(raw.PREORDER | raw.MULTI):
        path, fd = raw.scratch("preorder")
        with fixture.session.chain(path, "egress") as first:
            first.attach(File(fixture.spare), mode="multi", preorder=True)
            same(len(raw.chain(fd, raw.EGRESS)[0]), 1, "preorder")
            first.detach("pos:0")
        os.close(fd)
