# SPDX-License-Identifier: BSD-2-Clause
"""The examples are run as they stand, on a chain of their own."""

import contextlib
import io
import os
import runpy
import sys

import lab
from fixtures import Scene
from tap import ok, same

OBJECT = lab.build_path("tests/bpf/object/one_program.bpf.o")


def run(name, *arguments):
    """What an example prints, and what it gives sys.exit()."""
    path = lab.source_path(f"examples/{name}.py")
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


with Scene(count=3) as scene:
    tags = [lab.program_tag(fd) for fd in scene.programs]
    out, code = run("list", scene.path, "egress")
    same(code, None, "list")
    same(
        out.splitlines(),
        [f"{n} {scene.ids[n]} {tags[n]} p{n} -" for n in range(3)],
        "prints the chain",
    )
    ok("cgroup_not_found" in run("list", scene.path + "/nowhere", "egress")[1], "or says why not")

    before = scene.state()
    out, code = run("dry_run", scene.path, "egress", "name:p1", OBJECT)
    same(code, 0, "dry_run")
    ok(out.startswith("yes: ") and "map counters: not kept: " in out, "says yes")
    out, code = run("dry_run", scene.path, "egress", "name:nobody", OBJECT)
    same(code, 1, "dry_run of what is not there")
    ok(out.startswith("no: not_attached: "), "says no, and why")
    same(scene.state(), before, "and changes nothing")

    out, code = run("roll_back", scene.path, "egress", "name:p1", OBJECT, "false")
    ok("false is not content" in str(code), "roll_back, when the check fails")
    same(scene.now(), scene.ids, "puts the old one back")
    out, code = run("roll_back", scene.path, "egress", "name:p1", OBJECT, "true")
    same((code, out.endswith("and so it stays\n")), (None, True), "roll_back, when it does not")
    ok(scene.now()[1] not in scene.ids, "leaves the new one there")

    out, code = run("swap", scene.path, "egress", "name:count_all", f"fd:{scene.programs[1]}")
    same(code, None, "swap")
    ok(out.endswith(f"gave its place, 1, to {scene.ids[1]}\n"), "says what it did")
    same(scene.now(), scene.ids, "and did it")
    ok("nothing was changed" in run("swap", scene.path, "egress", "nobody", OBJECT)[1], "or not")

    telling = lab.build_path("tests/bpf/object/metadata.bpf.o")
    out, code = run("try_out", scene.path, "egress", telling, 0.01)
    same(code, None, "try_out")
    ok("version: 2.1\n" in out and " stands at 3, held by link " in out, "says what it does")
    ok(out.endswith(" is off again\n"), "to the end")
    ok("object_not_found" in run("try_out", scene.path, "egress", "none.o", 0)[1], "or why not")

with Scene(count=0) as scene:
    old = lab.program(lab.EGRESS, "old")
    cgroups = [lab.child(scene.path, scene.fd, f"c{n}") for n in range(4)]
    for _, fd in cgroups[:3]:
        lab.attach(fd, old, lab.EGRESS, lab.MULTI)
    out, code = run("swap_many", scene.path, "egress", "name:old", OBJECT)
    same(code, None, "swap_many")
    same(out.count("gave its place"), 3, "swaps in each cgroup that has it")
    now = [lab.chain(fd, lab.EGRESS)[0] for _, fd in cgroups]
    ok(now[0] == now[1] == now[2] != [lab.program_id(old)] and now[3] == [], "the same one")
    ok("nothing stayed changed" in run("swap_many", "/nowhere", "egress", "a", OBJECT)[1], "or none")
    for path, fd in cgroups:
        lab.remove(path, fd)
        os.close(fd)
    os.close(old)
