# SPDX-License-Identifier: BSD-2-Clause
"""Programs are attached where they are wanted, plainly and by links; what a link holds is replaced and
detached through it; a program that stands there twice is told apart."""

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
    """Whether a program is off the chain; a link may outlive its last descriptor by a moment."""
    until = time.monotonic() + 5
    while program in fixture.now() and time.monotonic() < until:
        time.sleep(0.01)
    return program not in fixture.now()


with Fixture(count=2) as fixture:
    chain, one, two = fixture.chain, *fixture.ids
    new = [raw.program(raw.EGRESS, f"n{n}") for n in range(6)]
    n = [raw.program_id(fd) for fd in new]

    # places
    if not fixture.session.has("ordering"):
        refused(lambda: chain.attach(n[0], first=True), Cause.ORDERING_UNSUPPORTED, "no order, no place")
    else:
        same(chain.attach(n[0], first=True), None, "a plain attach gives nothing back")
        chain.attach(n[1], before="name:p1")
        chain.attach(n[2], after=one)
        chain.attach(n[3], last=True)
        same(fixture.now(), [n[0], one, n[2], n[1], two, n[3]], "first, before, after, last")
        chain.attach(n[4], after=chain[0])
        chain.attach(n[5], before=File(new[3]))
        wanted = [n[0], n[4], one, n[2], n[1], two, n[5], n[3]]
        same(fixture.now(), wanted, "by an Entry, and by what has fileno()")
        same([entry.id for entry in chain], wanted, "the chain was read anew")
        before = fixture.state()
        spare = File(fixture.spare)
        for places, what in (
            ({"first": True, "last": True}, "first and last"),
            ({"before": one, "after": two}, "before and after"),
            ({"before": one, "first": True}, "before and first"),
        ):
            refused(lambda: chain.attach(spare, **places), Cause.POSITION_CONFLICT, what,
                    cgswap.ArgumentError)
        refused(lambda: chain.attach(spare, after="nobody"), Cause.ANCHOR_NOT_ATTACHED, "after nobody")
        raises(lambda: chain.attach(spare, before=1.5), TypeError, "before what is no selector")
        chain.attach(spare, first=True, dry_run=True)
        same(fixture.state(), before, "none of which changed anything")
        with cgswap.Session(disable_features="ordering") as poor:
            refused(lambda: poor.chain(fixture.path, "egress").attach(spare, first=True),
                    Cause.ORDERING_UNSUPPORTED, "where there is no order")
        for program in n:
            chain.detach(program)
        same(fixture.now(), [one, two], "all are off again")

    # a link that lives by its descriptor
    open_before = descriptors()
    link = chain.attach(File(fixture.spare), link=True)
    ok(isinstance(link, cgswap.Link), "a link is given back")
    same(repr(link), f"<cgswap.Link, descriptor {link.fileno()}>", "its repr")
    entry = chain.find(link)
    same((entry.id, entry.link_id), (fixture.spare_id, raw.link_id(link.fileno())), "its entry")
    same(chain.find(f"link:{entry.link_id}"), entry, "by its id")
    same(chain[0].link_id, None, "which others do not have")

    done = chain.replace(link, File(new[0]))
    same(fixture.now()[-1], n[0], "what a link holds is replaced")
    same(done[0].link_id, entry.link_id, "through the link")
    same((done[0].guard, str(done[0].guard)), (Guard.PROGRAM, "program"), "guarded by the program")
    same(raw.link_id(link.fileno()), chain[-1].link_id, "which is the same one")
    done.rollback()
    same(fixture.now()[-1], fixture.spare_id, "and rolled back")
    done.close()  # as long as it might roll back, it holds the link too

    # a program that is there twice
    with chain.attach(n[1], link=True) as first, chain.attach(n[1], link=True) as second:
        now = fixture.now()
        same(now.count(n[1]), 2, "two links with one program")
        refused(lambda: chain.find(n[1]), Cause.SELECTOR_AMBIGUOUS, "its id tells nobody")
        refused(lambda: chain.replace("name:n1", n[2]), Cause.SELECTOR_AMBIGUOUS, "nor its name")
        refused(lambda: chain.detach(chain[-1]), Cause.SELECTOR_AMBIGUOUS, "nor an Entry")
        same(fixture.now(), now, "nothing is guessed")
        chain.replace(first, n[2])
        same(fixture.now()[-2:], [n[2], n[1]], "by its Link it is replaced")
        chain.detach(second)
        same(fixture.now()[-1], n[2], "a link is detached")
        same(second.closed, False, "and is open still")
        ok(raw.link_id(second.fileno()), "as is its descriptor")
    same((first.closed, second.closed), (True, True), "the end of a with-block closes both")
    ok(gone(fixture, n[2]), "and takes off what was left")

    link.close()
    link.close()
    same(repr(link), "<cgswap.Link, closed>", "a second close is fine")
    raises(link.fileno, ValueError, "a closed one has no descriptor")
    raises(lambda: chain.find(link), ValueError, "and names nothing")
    ok(gone(fixture, fixture.spare_id), "a closed link holds nothing")

    # dropped, given away, asked about
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        chain.attach(File(fixture.spare), link=True)
        gc.collect()
    same([one.category for one in caught], [ResourceWarning], "one that is dropped is warned of")
    ok(gone(fixture, fixture.spare_id), "and closed")
    given = chain.attach(File(fixture.spare), link=True)
    fd = given.release()
    same(given.closed, True, "one that is given away")
    del given
    gc.collect()
    same(fixture.now()[-1], fixture.spare_id, "lives on")
    os.close(fd)
    ok(gone(fixture, fixture.spare_id), "as long as its descriptor")
    before = fixture.state()
    same(chain.attach(File(fixture.spare), link=True, dry_run=True), None, "a dry run makes none")
    refused(lambda: chain.attach(File(fixture.spare), link=True, mode="override"),
            Cause.MODE_FLAGS_CONFLICT, "a link is for multi mode")
    refused(lambda: chain.attach(File(fixture.spare), link=True, expected_revision=1),
            Cause.REVISION_CHANGED if before[2] else Cause.KERNEL_LACKS_FEATURE, "at a revision")
    same(fixture.state(), before, "nothing was changed")
    same(descriptors(), open_before, "no descriptor is left")
    for fd in new:
        os.close(fd)

# a modelled kernel's descriptors are no files of ours
with cgswap.Session(kernel="model") as session:
    chain = session.chain("web.slice", "egress")
    open_before = descriptors()
    link = chain.attach(chain.session.program(
        raw.build_path("tests/bpf/object/one_program.bpf.o"), attach_type="egress"), link=True)
    same(chain.find(link).link_id is not None, True, "a modelled link")
    link.close()
    del link
    same(descriptors(), open_before, "closes nothing of ours")

# override and none mode
for mode in (Mode.OVERRIDE, Mode.NONE):
    with Fixture(count=0) as fixture:
        old = raw.program(raw.EGRESS, "old")
        fixture.chain.attach(File(old), mode=mode)
        done = fixture.chain.replace("name:old", File(fixture.spare))
        same(fixture.now(), [fixture.spare_id], f"replaced in mode {mode}")
        same(fixture.chain.mode, mode, "which stays")
        revisions = fixture.session.has("expected_revision")
        same(done[0].guard, Guard.REVISION if revisions else Guard.NONE, "and its guard")
        with cgswap.Session(disable_features="revision,expected_revision") as poor:
            chain = poor.chain(fixture.path, "egress")
            refused(lambda: chain.replace("name:spare", File(old)), Cause.KERNEL_LACKS_FEATURE,
                    "without revisions it is refused")
            done = chain.replace("name:spare", File(old), allow_unguarded=True)
            same((fixture.now(), done[0].guard), ([raw.program_id(old)], Guard.NONE),
                 "unless that is asked for")
        os.close(old)
