# SPDX-License-Identifier: BSD-2-Clause
"""Every selector finds its entry; an ambiguous or unknown one fails with its cause."""

import os
import pathlib

import cgswap
import raw
from cgswap import Cause
from fixtures import File, Fixture, raises, refused
from tap import same

raw.bpffs()
with Fixture(count=3) as fixture:
    chain = fixture.chain
    pin = raw.pin(fixture.programs[1], "one")
    linked = raw.program(raw.EGRESS, "linked")
    link = raw.link(fixture.fd, linked, raw.EGRESS)
    chain.read()

    for selector, position, name in (
        (f"id:{fixture.ids[2]}", 2, "id:"),
        (str(fixture.ids[2]), 2, "bare digits"),
        (fixture.ids[2], 2, "an int"),
        ("name:p1", 1, "name:"),
        ("p1", 1, "a bare name"),
        (f"pin:{pin}", 1, "pin:"),
        (pin, 1, "a bare path"),
        (pathlib.Path(pin), 1, "a Path"),
        (f"link:{raw.link_id(link)}", 3, "link:"),
        ("pos:0", 0, "pos:"),
        (f"fd:{fixture.programs[0]}", 0, "fd:"),
        (File(fixture.programs[0]), 0, "an object with fileno()"),
        (chain[2], 2, "an entry"),
    ):
        same(chain.find(selector).position, position, f"{name} finds its entry")

    with fixture.session.program(fixture.programs and f"fd:{fixture.programs[2]}") as program:
        same(chain.find(program).position, 2, "a Program")

    # the test's programs have the same instructions, and therefore the same tag
    error = refused(
        lambda: chain.find(f"tag:{raw.program_tag(fixture.programs[0])}"),
        Cause.SELECTOR_AMBIGUOUS,
        "a tag of several entries",
        cgswap.ArgumentError,
    )
    same(isinstance(error, ValueError), True, "the error is a ValueError")
    error = refused(
        lambda: chain.find("name:absent"),
        Cause.NOT_ATTACHED,
        "a name that is not attached",
        cgswap.NotAttachedError,
    )
    same(isinstance(error, LookupError), True, "the error is a LookupError")
    refused(lambda: chain.find("pos:9"), Cause.NOT_ATTACHED, "a position past the end")
    refused(lambda: chain.find(fixture.spare_id), Cause.NOT_ATTACHED, "a program that is attached elsewhere")
    error = refused(
        lambda: chain.find("pin:/nowhere/at/all"),
        Cause.PIN_NOT_FOUND,
        "a missing pin",
        cgswap.NotFoundError,
    )
    same(isinstance(error, FileNotFoundError), True, "the error is a FileNotFoundError")
    refused(lambda: chain.find("fd:-1"), Cause.BAD_DESCRIPTOR, "a closed descriptor")
    refused(lambda: chain.find(""), Cause.BAD_ARGUMENT, "an empty string")
    refused(lambda: chain.find("id:x"), Cause.BAD_ARGUMENT, "an invalid id")
    with open(os.devnull) as file:
        refused(lambda: chain.find(file), Cause.NOT_A_PROGRAM, "a file that is not a program")
    raises(lambda: chain.find(None), TypeError, "None")
    raises(lambda: chain.find(1.5), TypeError, "a float")
    raises(lambda: chain.find(True), TypeError, "a bool")
    raises(lambda: chain.find("name:a\0b"), ValueError, "a NUL character")

    with fixture.session.chain(fixture.path, "ingress") as empty:
        refused(lambda: empty.find("pos:0"), Cause.CHAIN_EMPTY, "an empty chain")

    # sources
    for source, name in (
        (fixture.ids[0], "an int"),
        (f"id:{fixture.ids[0]}", "id:"),
        (File(fixture.programs[0]), "an object with fileno()"),
    ):
        with fixture.session.program(source) as program:
            same(
                (program.id, program.name, program.tag, program.type),
                (fixture.ids[0], "p0", raw.program_tag(fixture.programs[0]), "cgroup_skb"),
                f"a program by {name}",
            )
    for source in (pin, pathlib.Path(pin), f"pin:{pin}"):
        with fixture.session.program(source) as program:
            same(program.id, fixture.ids[1], f"a program by its pin, {type(source).__name__}")
    objects = pathlib.Path(raw.build_path("tests/bpf/object"))
    with fixture.session.program(objects / "one_program.bpf.o") as program:
        same(program.name, "count_all", "a program of an object, by its Path")
        same(os.fstat(program.fileno()).st_ino > 0, True, "its descriptor")
    several = f"{objects}/several_programs.bpf.o"
    refused(
        lambda: fixture.session.program(several, attach_type="egress"),
        Cause.SOURCE_AMBIGUOUS,
        "an object with several programs",
    )
    with fixture.session.program(f"{several}#second", attach_type="egress") as program:
        same(program.name, "second", "one program of several")
    raises(lambda: fixture.session.program(None), TypeError, "None as source")
    os.close(link)
    os.close(linked)
