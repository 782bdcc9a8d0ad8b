# SPDX-License-Identifier: BSD-2-Clause
"""Programs are attached and detached in each mode."""

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
        same([entry.id for entry in chain], [fixture.spare_id], "the chain was read again")
        same(chain.mode, mode, "its mode")
        other = Mode.OVERRIDE if mode == Mode.MULTI else Mode.MULTI
        before = fixture.state()
        program = raw.program(raw.EGRESS, "other")
        error = refused(
            lambda: chain.attach(File(program), mode=other),
            Cause.OWN_MODE_CONFLICT,
            f"an attach in mode {other}",
            cgswap.ConflictError,
        )
        same(fixture.state(), before, "nothing changed")
        chain.detach("name:spare")
        same(fixture.now(), [], "detached")
        same((len(chain), chain.mode), (0, None), "the chain was read again after the detach")
        os.close(program)

with Fixture(count=2) as fixture:
    chain = fixture.chain
    with fixture.session.program(f"fd:{fixture.spare}") as program:
        chain.attach(program)
    same(fixture.now(), [*fixture.ids, fixture.spare_id], "a Program is attached at the end")
    refused(
        lambda: chain.attach(fixture.spare_id),
        Cause.ALREADY_ATTACHED,
        "a second attach of it",
        cgswap.AlreadyAttachedError,
    )
    chain.detach(chain[0])
    same(fixture.now(), [fixture.ids[1], fixture.spare_id], "an entry is detached")
    chain.detach(fixture.spare_id)
    same(fixture.now(), [fixture.ids[1]], "an id is detached")
    refused(lambda: chain.detach("name:p0"), Cause.NOT_ATTACHED, "a detach of an absent program")
    chain.attach(raw.build_path("tests/bpf/object/one_program.bpf.o"))
    same(chain[-1].name, "count_all", "an object's program is loaded and attached")
    same(len(chain[-1].maps), 1, "its entry has its map")

    link = raw.link(fixture.fd, fixture.spare, raw.EGRESS)
    before = fixture.now()
    chain.detach("name:spare")
    same(fixture.now(), before[:-1], "an entry with a link is detached through the link")
    os.close(link)
    with fixture.session.chain(fixture.path, "connect4") as wrong:
        refused(
            lambda: wrong.attach(File(fixture.spare)),
            Cause.PROGRAM_TYPE_MISMATCH,
            "a program of another attach type",
            cgswap.TypeMismatchError,
        )
    error = raises(lambda: chain.attach(fixture.spare_id, mode="many"), ValueError, "an unknown mode")
    same(error.message, "mode: 'many' is unknown; known: multi, override, none", "the message lists the modes")
    raises(lambda: chain.attach(fixture.spare_id, mode=1.5), TypeError, "a float as mode")
    refused(lambda: chain.attach(File(fixture.spare), mode=77), Cause.BAD_ARGUMENT, "an unknown number as mode")
    raises(lambda: chain.attach(fixture.spare_id, Mode.MULTI), TypeError, "options are keyword-only")
    if raw.knows_flags(raw.PREORDER | raw.MULTI):
        path, fd = raw.scratch("preorder")
        with fixture.session.chain(path, "egress") as first:
            first.attach(File(fixture.spare), mode="multi", preorder=True)
            same(len(raw.chain(fd, raw.EGRESS)[0]), 1, "preorder")
            first.detach("pos:0")
        os.close(fd)
