# SPDX-License-Identifier: BSD-2-Clause
"""The examples run unchanged on a chain of this test."""

import contextlib
import io
import os
import runpy
import sys

import raw
from fixtures import Fixture
from tap import ok, same

OBJECT = raw.build_path("tests/bpf/object/one_program.bpf.o")


def run(name, *arguments):
    """Runs an example. Returns its output and the argument of sys.exit()."""
    path = raw.source_path(f"examples/{name}.py")
    argv, sys.argv = sys.argv, [path, *map(str, arguments)]
    out, exit_with = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            runpy.run_path(path, run_name="__main__")
    except SystemExit as error:
        exit_with = error.code
    finally:
        sys.argv = argv
    return out.getvalue(), exit_with


out, code = run("unit_test")
# Python 3.13 exits with 0 where earlier ones exit with False.
same(int(code), 0, "the unit test passes")

with Fixture(count=3) as fixture:
    tags = [raw.program_tag(fd) for fd in fixture.programs]
    out, code = run("list", fixture.path, "egress")
    same(code, None, "list")
    same(
        out.splitlines(),
        [f"{n} {fixture.ids[n]} {tags[n]} p{n} -" for n in range(3)],
        "prints the chain",
    )
    ok("cgroup_not_found" in run("list", fixture.path + "/nowhere", "egress")[1], "prints the error for a missing cgroup")

    before = fixture.state()
    out, code = run("dry_run", fixture.path, "egress", "name:p1", OBJECT)
    same(code, 0, "dry_run")
    ok(out.startswith("yes: ") and "map counters: not reused: " in out, "says yes, and lists the maps")
    out, code = run("dry_run", fixture.path, "egress", "name:absent", OBJECT)
    same(code, 1, "dry_run of an absent program")
    ok(out.startswith("no: not_attached: "), "says no, and the cause")
    same(fixture.state(), before, "changes nothing")

    out, code = run("roll_back", fixture.path, "egress", "name:p1", OBJECT, "false")
    ok("false failed" in str(code), "roll_back with a failing check")
    same(fixture.now(), fixture.ids, "restores the old program")
    out, code = run("roll_back", fixture.path, "egress", "name:p1", OBJECT, "true")
    same((code, out.endswith("the new program stays\n")), (None, True), "roll_back with a succeeding check")
    ok(fixture.now()[1] not in fixture.ids, "leaves the new program attached")

    out, code = run("swap", fixture.path, "egress", "name:count_all", f"fd:{fixture.programs[1]}")
    same(code, None, "swap")
    ok(out.endswith(f" by {fixture.ids[1]} at position 1\n"), "says what it did")
    same(fixture.now(), fixture.ids, "the program was swapped")
    ok("nothing was changed" in run("swap", fixture.path, "egress", "absent", OBJECT)[1], "swap of an absent program")

    out, code = run("with_asyncio", fixture.path, "egress", f"id:{fixture.ids[1]}", OBJECT)
    same((code, out), (None, "swapped at position 1\n1 changes seen\n"), "with_asyncio swaps, and sees it")
    ok("not_attached" in str(run("with_asyncio", fixture.path, "egress", "absent", OBJECT)[1]), "prints the error")
    out, code = run("swap", fixture.path, "egress", "name:count_all", f"fd:{fixture.programs[1]}")
    same(fixture.now(), fixture.ids, "the program was swapped back")

    telling = raw.build_path("tests/bpf/object/metadata.bpf.o")
    out, code = run("try_out", fixture.path, "egress", telling, 0.01)
    same(code, None, "try_out")
    ok("version: 2.1\n" in out and " is attached at position 3 by link " in out, "prints metadata and position")
    ok(out.endswith(" is detached again\n"), "prints that it is detached")
    ok("object_not_found" in run("try_out", fixture.path, "egress", "none.o", 0)[1], "prints the error for a missing object")

with Fixture(count=0) as fixture:
    old = raw.program(raw.EGRESS, "old")
    cgroups = [raw.child(fixture.path, fixture.fd, f"c{n}") for n in range(4)]
    for _, fd in cgroups[:3]:
        raw.attach(fd, old, raw.EGRESS, raw.MULTI)
    out, code = run("swap_many", fixture.path, "egress", "name:old", OBJECT)
    same(code, None, "swap_many")
    same(out.count(": replaced "), 3, "swaps in each cgroup that has the program")
    now = [raw.chain(fd, raw.EGRESS)[0] for _, fd in cgroups]
    ok(now[0] == now[1] == now[2] != [raw.program_id(old)] and now[3] == [], "the same program in all")
    ok("nothing stayed changed" in run("swap_many", "/nowhere", "egress", "a", OBJECT)[1], "prints the error for a missing cgroup")
    paths = [path for path, _ in cgroups]
    out, code = run("thread_pool", "egress", "name:count_all", f"fd:{old}", *paths)
    same(code, 0, "thread_pool")
    same(out.count(": position 0\n"), 3, "swaps in each cgroup")
    ok(out.splitlines()[3] == f"{paths[3]}: chain_empty", "prints the cause of an error")
    same([raw.chain(fd, raw.EGRESS)[0] for _, fd in cgroups[:3]], [[raw.program_id(old)]] * 3, "the programs are swapped")
    for path, fd in cgroups:
        raw.remove(path, fd)
        os.close(fd)
    os.close(old)
