# SPDX-License-Identifier: BSD-2-Clause
"""A swap never changes an entry's preorder without the option."""

import os

import cgswap
import raw
from fixtures import File, Fixture, refused
from tap import same, skip

if not raw.knows_flags(raw.PREORDER | raw.MULTI):
    skip("this kernel does not have preorder")
else:
    for flags, preorder in ((raw.MULTI, False), (raw.MULTI | raw.PREORDER, True)):
        with Fixture(count=1, flags=flags) as fixture:
            # a child's program runs before the parent's, unless the parent's is preorder
            path, fd = raw.child(fixture.path, fixture.fd, "child")
            child = raw.program(raw.EGRESS, "child")
            raw.attach(fd, child, raw.EGRESS, raw.MULTI)
            order = [fixture.ids[0], raw.program_id(child)]

            def effective(of):
                return raw.chain(of, raw.EGRESS, True)[0]

            if not preorder:
                order.reverse()
            same(effective(fd), order, f"preorder {preorder}: the order before the swap")
            done = fixture.chain.replace("pos:0", File(fixture.spare))
            order[order.index(fixture.ids[0])] = fixture.spare_id
            same(effective(fd), order, "the order is the same after it")
            same(done.steps[0].probe_attached, bool(preorder), "the step says if a probe was attached")
            with fixture.session.chain(path, "egress") as below:
                same(list(below.read_effective()), order, "read_effective returns it")
            done.rollback()
            order[order.index(fixture.spare_id)] = fixture.ids[0]
            same(effective(fd), order, "the order is the same after the rollback")

            # preorder as an option
            done = fixture.chain.replace("pos:0", File(fixture.spare), preorder=not preorder)
            order = [fixture.spare_id, raw.program_id(child)]
            if preorder:
                order.reverse()
            same(effective(fd), order, "preorder changes only with the option")
            # nothing had shown the old flag, so it was not put back for certain
            refused(done.rollback, cgswap.Cause.ROLLBACK_INCOMPLETE, "the rollback of an option says what it cannot know")
            os.close(child)
            raw.remove(path, fd)
            os.close(fd)

    with Fixture(count=0) as fixture:
        for name, flags in (("a", raw.MULTI | raw.PREORDER), ("b", raw.MULTI)):
            fixture.programs.append(raw.program(raw.EGRESS, name))
            raw.attach(fixture.fd, fixture.programs[-1], raw.EGRESS, flags)
        # the list b, a runs as a, b only if a is preorder
        raw.detach(fixture.fd, fixture.programs[0], raw.EGRESS)
        raw.attach(fixture.fd, fixture.programs[0], raw.EGRESS, raw.MULTI | raw.PREORDER)
        fixture.chain.read()
        same(fixture.chain.find("name:a").preorder, True, "the effective order shows an entry's preorder")
