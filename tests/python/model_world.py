# SPDX-License-Identifier: BSD-2-Clause
"""A dict or a text fills the model; a wrong one is refused, and the error names what is wrong."""

import cgswap
from fixtures import raises
from tap import ok, same

WORLD = {
    "programs": {"fw2": "egress", "fw3": {"type": "egress", "tag": "00112233445566ff", "maps": ["a", "b"], "pin": "next"}},
    "cgroups": {
        "web.slice": {"egress": ["fw", {"name": "count", "preorder": True, "link": False}, {"name": "held", "link": True}]},
        "box": {"device": [{"name": "devices", "mode": "none"}], "connect4": []},
        "with blank\\": {"ingress": [{"name": "in", "link": "in_link"}]},
        "empty/below": {},
    },
}


def open_world(world, **options):
    return cgswap.Session(kernel="model", world=world, **options)


with open_world(WORLD) as session:
    entries = list(session.chain("web.slice", "egress"))
    same([one.name for one in entries], ["fw", "count", "held"], "programs in their order")
    same([one.preorder for one in entries], [False, True, False], "preorder")
    same([one.link_id is None for one in entries], [True, True, False], "a link")
    same(session.chain("box", "device").mode, "none", "a mode")
    same(session.chain("with blank\\", "ingress").find("pin:/sys/fs/bpf/in_link").name, "in", "the pin of a link")
    same(
        session.cgroups(),
        ["/sys/fs/cgroup" + name for name in ("", "/box", "/empty", "/empty/below", "/web.slice", "/with blank\\")],
        "all cgroups",
    )
    program = session.program("pin:/sys/fs/bpf/next")
    same((program.name, program.tag, [one.name for one in program.maps]), ("fw3", "00112233445566ff", ["a", "b"]), "a program")
    session.chain("web.slice", "egress").replace("fw", "pin:/sys/fs/bpf/fw2")
    same(session.chain("web.slice", "egress")[0].name, "fw2", "it replaces another")
with open_world("attach a egress fw") as session:
    same(session.chain("a", "egress")[0].name, "fw", "a text")
with open_world({}) as session:
    same(session.cgroups(), ["/sys/fs/cgroup"], "an empty world")
with open_world({"missing": ["cap_sys_admin", "cap_net_admin"]}) as session:
    raises(lambda: session.chain("/sys/fs/cgroup", "egress").read(), PermissionError, "a missing capability")

WRONG = [
    (TypeError, 7, "a dict expected, got int"),
    (ValueError, {"cgroup": {}}, "unknown key 'cgroup'; known: cgroups, programs, missing"),
    (TypeError, {"cgroups": ["a"]}, "a dict of cgroups expected, got list"),
    (TypeError, {"cgroups": {"a": ["fw"]}}, "a dict of chains expected, got list"),
    (TypeError, {"cgroups": {"a": {"egress": "fw"}}}, "a list of programs expected, got str"),
    (TypeError, {"cgroups": {"a": {"egress": [7]}}}, "got int"),
    (TypeError, {"cgroups": {"a": {"egress": [{"link": True}]}}}, "a name expected, got NoneType"),
    (TypeError, {"cgroups": {"a": {"egress": [{"name": "fw", "link": 5}]}}}, "got int"),
    (ValueError, {"cgroups": {"": {}}}, "a name is empty"),
    (cgswap.ArgumentError, {"cgroups": {"a": {"egress": [{"name": "fw", "colour": "red"}]}}}, "unknown word 'colour=red'"),
    (cgswap.ArgumentError, {"programs": {"fw": "egres"}}, "unknown attach type 'egres'"),
    (cgswap.AlreadyAttachedError, {"cgroups": {"a": {"egress": ["fw", "fw"]}}}, "'fw' cannot be attached to egress of 'a'"),
    (cgswap.ArgumentError, "cgroup", "world: line 1, 'cgroup': too few words; expected cgroup PATH"),
]
for kind, world, part in WRONG:
    error = raises(lambda: open_world(world), kind, part)
    ok(part in str(error), f"the error says so: {error}")
error = raises(lambda: cgswap.Session(world={}), cgswap.ArgumentError, "a world of the live kernel")
same(error.remedy, 'set the option kernel to "model"', "the remedy")
same(raises(lambda: open_world("\n\nx"), cgswap.ArgumentError, "a wrong line").details["line"], 3, "its number is a detail")

# a wrong option is named
with open_world(WORLD) as session:
    chain = session.chain("web.slice", "egress")
    for name, value in {"pin": 3, "retries": "x", "map_choices": 5, "expected_revision": -1, "maps": 2.5,
                        "constant_choices": 7, "old_object": 7}.items():
        try:
            chain.replace(0, "pin:/sys/fs/bpf/fw2", **{name: value})
            ok(False, f"{name}={value!r}")
        except (TypeError, ValueError, OverflowError) as error:
            ok(str(error).startswith(f"{name}: "), f"{name}={value!r}: {error}")
