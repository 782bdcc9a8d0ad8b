# SPDX-License-Identifier: BSD-2-Clause
"""Programs are attached at a position, plainly and by links; an entry with a link is replaced and
detached through it; a program that is attached twice is selected by its link."""

import gc
import os
import time
import warnings

import cgswap
import raw
from cgswap import Cause, Guard, Mode
from fixtures import File, Fixture, raises, refused
from tap import ok, same, skip


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def gone(fixture, program):
    """Waits until a program is detached: a link may outlive its last descriptor by a moment."""
    until = time.monotonic() + 5
    while program in fixture.now() and time.monotonic() < until:
        time.sleep(0.01)
    return program not in fixture.now()


with Fixture(count=2) as fixture:
    chain, one, two = fixture.chain, *fixture.ids
    new = [raw.program(raw.EGRESS, f"n{n}") for n in range(6)]
    n = [raw.program_id(fd) for fd in new]

    # positions
    if not fixture.session.has("ordering"):
        refused(lambda: chain.attach(n[0], first=True), Cause.ORDERING_UNSUPPORTED, "a position without ordering")
    else:
        same(chain.attach(n[0], first=True), None, "a plain attach returns None")
        chain.attach(n[1], before="name:p1")
        chain.attach(n[2], after=one)
        chain.attach(n[3], last=True)
        same(fixture.now(), [n[0], one, n[2], n[1], two, n[3]], "first, before, after, last")
        chain.attach(n[4], after=chain[0])
        chain.attach(n[5], before=File(new[3]))
        wanted = [n[0], n[4], one, n[2], n[1], two, n[5], n[3]]
        same(fixture.now(), wanted, "by an Entry and by an object with fileno()")
        same([entry.id for entry in chain], wanted, "the chain was read again")
        before = fixture.state()
        spare = File(fixture.spare)
        for places, what in (
            ({"first": True, "last": True}, "first and last"),
            ({"before": one, "after": two}, "before and after"),
            ({"before": one, "first": True}, "before and first"),
        ):
            refused(lambda: chain.attach(spare, **places), Cause.POSITION_CONFLICT, what,
                    cgswap.ArgumentError)
        refused(lambda: chain.attach(spare, after="absent"), Cause.ANCHOR_NOT_ATTACHED, "after an absent program")
        raises(lambda: chain.attach(spare, before=1.5), TypeError, "before a float")
        chain.attach(spare, first=True, dry_run=True)
        same(fixture.state(), before, "none of these changed anything")
        with cgswap.Session(disable_features="ordering") as poor:
            refused(lambda: poor.chain(fixture.path, "egress").attach(spare, first=True),
                    Cause.ORDERING_UNSUPPORTED, "link and position without ordering")
        for program in n:
            chain.detach(program)
        same(fixture.now(), [one, two], "all are detached again")

    # a link with an open descriptor
    open_before = descriptors()
    link = chain.attach(File(fixture.spare), link=True)
    ok(isinstance(link, cgswap.Link), "attach returns a link")
    same(repr(link), f"<cgswap.Link, descriptor {link.fileno()}>", "repr of a link")
    entry = chain.find(link)
    same((entry.id, entry.link_id), (fixture.spare_id, raw.link_id(link.fileno())), "its entry")
    same(chain.find(f"link:{entry.link_id}"), entry, "found by the link's id")
    same(chain[0].link_id, None, "another entry has no link")

    done = chain.replace(link, File(new[0]))
    same(fixture.now()[-1], n[0], "an entry with a link is replaced")
    same(done[0].link_id, entry.link_id, "through the link")
    same((done[0].guard, str(done[0].guard)), (Guard.PROGRAM, "program"), "the guard is the program")
    same(raw.link_id(link.fileno()), chain[-1].link_id, "the link is the same")
    done.rollback()
    same(fixture.now()[-1], fixture.spare_id, "and rolled back")
    done.close()  # it keeps the link open for a rollback

    # a program that is attached twice
    with chain.attach(n[1], link=True) as first, chain.attach(n[1], link=True) as second:
        now = fixture.now()
        same(now.count(n[1]), 2, "two links with one program")
        refused(lambda: chain.find(n[1]), Cause.SELECTOR_AMBIGUOUS, "its id is ambiguous")
        refused(lambda: chain.replace("name:n1", n[2]), Cause.SELECTOR_AMBIGUOUS, "its name is ambiguous")
        refused(lambda: chain.detach(chain[-1]), Cause.SELECTOR_AMBIGUOUS, "its Entry is ambiguous")
        same(fixture.now(), now, "nothing changed")
        chain.replace(first, n[2])
        same(fixture.now()[-2:], [n[2], n[1]], "its Link selects the entry to replace")
        chain.detach(second)
        same(fixture.now()[-1], n[2], "a link is detached")
        same(second.closed, False, "the link is still open")
        ok(raw.link_id(second.fileno()), "its descriptor too")
    same((first.closed, second.closed), (True, True), "the end of a with-block closes both")
    ok(gone(fixture, n[2]), "the remaining program is detached")

    link.close()
    link.close()
    same(repr(link), "<cgswap.Link, closed>", "closing twice is allowed")
    raises(link.fileno, ValueError, "a closed link has no descriptor")
    raises(lambda: chain.find(link), ValueError, "a closed link selects nothing")
    ok(gone(fixture, fixture.spare_id), "the program of a closed link is detached")

    # links that are dropped or detached from their object, and dry runs
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        chain.attach(File(fixture.spare), link=True)
        gc.collect()
    same([one.category for one in caught], [ResourceWarning], "a dropped link warns")
    ok(gone(fixture, fixture.spare_id), "and is closed")
    given = chain.attach(File(fixture.spare), link=True)
    fd = given.release()
    same(given.closed, True, "a link whose descriptor was taken")
    del given
    gc.collect()
    same(fixture.now()[-1], fixture.spare_id, "the program stays attached")
    os.close(fd)
    ok(gone(fixture, fixture.spare_id), "until the descriptor is closed")
    before = fixture.state()
    same(chain.attach(File(fixture.spare), link=True, dry_run=True), None, "a dry run creates no link")
    refused(lambda: chain.attach(File(fixture.spare), link=True, mode="override"),
            Cause.MODE_FLAGS_CONFLICT, "a link in another mode than multi")
    refused(lambda: chain.attach(File(fixture.spare), link=True, expected_revision=1),
            Cause.REVISION_CHANGED if before[2] else Cause.KERNEL_LACKS_FEATURE, "a link with an old expected revision")
    same(fixture.state(), before, "nothing changed")
    same(descriptors(), open_before, "no descriptor is left open")
    for fd in new:
        os.close(fd)

    # a model's descriptors are not descriptors of the process
with cgswap.Session(kernel="model") as session:
    chain = session.chain("web.slice", "egress")
    open_before = descriptors()
    link = chain.attach(chain.session.program(
        raw.build_path("tests/bpf/object/one_program.bpf.o"), attach_type="egress"), link=True)
    same(chain.find(link).link_id is not None, True, "a link of the model")
    link.close()
    del link
    same(descriptors(), open_before, "closing it closes no descriptor of the process")

# override and none mode
for mode in (Mode.OVERRIDE, Mode.NONE):
    with Fixture(count=0) as fixture:
        old = raw.program(raw.EGRESS, "old")
        fixture.chain.attach(File(old), mode=mode)
        done = fixture.chain.replace("name:old", File(fixture.spare))
        same(fixture.now(), [fixture.spare_id], f"replaced in mode {mode}")
        same(fixture.chain.mode, mode, "the mode stays")
        revisions = fixture.session.has("expected_revision")
        same(done[0].guard, Guard.REVISION if revisions else Guard.NONE, "its guard")
        with cgswap.Session(disable_features="revision,expected_revision") as poor:
            chain = poor.chain(fixture.path, "egress")
            refused(lambda: chain.replace("name:spare", File(old)), Cause.KERNEL_LACKS_FEATURE,
                    "without revisions it fails")
            done = chain.replace("name:spare", File(old), allow_unguarded=True)
            same((fixture.now(), done[0].guard), ([raw.program_id(old)], Guard.NONE),
                 "with allow_unguarded it succeeds")
        os.close(old)
