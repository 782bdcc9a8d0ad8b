# SPDX-License-Identifier: BSD-2-Clause
"""A chain is a sequence of entries, which agree with the kernel."""

import pathlib

import cgswap
import raw
from cgswap import Mode
from fixtures import File, Fixture, raises
from tap import ok, same

with Fixture(count=5) as fixture:
    chain = fixture.chain
    same([entry.id for entry in chain], fixture.ids, "ids, in order")
    same([entry.position for entry in chain], [0, 1, 2, 3, 4], "positions")
    same([entry.name for entry in chain], ["p0", "p1", "p2", "p3", "p4"], "names")
    same(
        [entry.tag for entry in chain], [raw.program_tag(fd) for fd in fixture.programs], "tags"
    )
    same({entry.type for entry in chain}, {"cgroup_skb"}, "types")
    same({entry.link_id for entry in chain}, {None}, "entries without links")
    same({entry.maps for entry in chain}, {()}, "entries without maps")
    same({entry.uid for entry in chain}, {0}, "the user who loaded them")
    ok(all(entry.loaded_at > 1_500_000_000 for entry in chain), "load times")
    ok(all(entry.run_count >= 0 and entry.run_time_ns >= 0 for entry in chain), "counters")
    ok(all(entry.preorder in (False, None) for entry in chain), "no entry is preorder")

    same(len(chain), 5, "length")
    same(chain[0].id, fixture.ids[0], "the first entry")
    same(chain[-1].id, fixture.ids[4], "the last entry")
    same([entry.id for entry in chain[1:4:2]], [fixture.ids[1], fixture.ids[3]], "a slice")
    same([entry.id for entry in reversed(list(chain))], fixture.ids[::-1], "backwards")
    ok(chain[2] in chain, "an entry is in its chain")
    same(chain[2], chain[2], "an entry equals itself")
    ok(chain[2] != chain[3], "but not another entry")
    same(len({chain[0], chain[0], chain[1]}), 2, "entries can be in a set")
    raises(lambda: chain[5], IndexError, "an index past the end")
    raises(lambda: chain[-6], IndexError, "an index before the beginning")
    raises(lambda: chain[2**70], (IndexError, OverflowError), "an index far past the end")
    raises(lambda: chain["0"], (TypeError, AttributeError), "a string as index")

    same(chain.mode, Mode.MULTI, "mode")
    same(chain.cgroup, fixture.path, "cgroup")
    same(chain.attach_type, "cgroup_inet_egress", "attach type")
    ok(chain.cgroup_id > 0, "cgroup id")
    same(chain.revision, fixture.state()[2] or None, "revision")
    same(repr(chain), f"<cgswap.Chain cgroup_inet_egress of {fixture.path}>", "repr of a chain")
    ok("name 'p0'" in repr(chain[0]) and f"id {fixture.ids[0]}," in repr(chain[0]), "repr of an entry")

    # changes appear after a read, and old entries do not change
    chain.read()
    entries = list(chain)
    raw.detach(fixture.fd, fixture.programs[0], raw.EGRESS)
    same(len(chain), 5, "the snapshot has not changed")
    chain.read()
    same([entry.id for entry in chain], fixture.ids[1:], "a new snapshot")
    same([entry.name for entry in entries], ["p0", "p1", "p2", "p3", "p4"], "names of old entries")
    same(chain.revision, fixture.state()[2] or None, "its revision")
    raises(lambda: entries[0].link_id, cgswap.StaleError, "links of old entries cannot be read")

    # other ways to name a cgroup
    path = pathlib.Path(fixture.path)
    below = path.relative_to(raw.CGROUP_ROOT)
    for given, name in (
        (path, "a Path"),
        (below, "a Path below the mount"),
        (str(below), "a string below the mount"),
        (File(fixture.fd), "an object with fileno()"),
        (f"fd:{fixture.fd}", "fd:N"),
    ):
        with fixture.session.chain(given, "egress") as other:
            same([entry.id for entry in other], fixture.ids[1:], f"the cgroup as {name}")
    raises(lambda: fixture.session.chain(3, "egress"), TypeError, "an int as cgroup")
    raises(lambda: fixture.session.chain(None, "egress"), TypeError, "None as cgroup")

    # a link, preorder, and effective programs
    link = raw.link(fixture.fd, fixture.spare, raw.EGRESS)
    chain.read()
    same(chain[-1].link_id, raw.link_id(link), "an entry's link")
    same(chain.find(fixture.spare_id).link_id, raw.link_id(link), "the link of an entry found by id")
    same(
        list(chain.read_effective()),
        raw.chain(fixture.fd, raw.EGRESS, True)[0],
        "effective programs",
    )
    chain.describe()
    same(chain[-1].link_id, raw.link_id(link), "the link of an entry described before")

    with fixture.session.chain(fixture.path, "ingress") as empty:
        same((len(empty), list(empty), empty.mode), (0, [], None), "an empty chain")
        ok(bool(empty), "an empty chain is true all the same")
