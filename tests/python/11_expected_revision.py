# SPDX-License-Identifier: BSD-2-Clause
"""A change can have an expected revision."""

import cgswap
from cgswap import Cause, Feature
from fixtures import File, Fixture, raises, refused
from tap import same, skip

with Fixture(count=2) as fixture:
    chain, session = fixture.chain, fixture.session
    if not session.has(Feature.EXPECTED_REVISION):
        skip("this kernel has no expected revision")
    else:
        now = chain.revision
        before = fixture.state()
        for name, call in {
            "attach": lambda: chain.attach(File(fixture.spare), expected_revision=now + 1),
            "detach": lambda: chain.detach("pos:0", expected_revision=now + 1),
            "replace": lambda: chain.replace("pos:0", File(fixture.spare), expected_revision=now + 1),
        }.items():
            error = refused(call, Cause.REVISION_CHANGED, name, cgswap.StaleError)
            same(fixture.state(), before, "nothing changed")
        chain.attach(File(fixture.spare), expected_revision=now)
        same(chain.revision, now + 1, "attach at the current revision")
        chain.detach("name:spare", expected_revision=now + 1)
        same(chain.revision, now + 2, "detach at the current revision")
        done = chain.replace("pos:0", File(fixture.spare), expected_revision=now + 2)
        same(chain.revision, now + 3, "replace at the current revision")
        same(done[0].revision, now + 3, "the step has the revision")
        done.rollback()

        # a step with an expected revision, and another change before the commit
        chain.read()
        with session.replace() as tx:
            tx.add(chain, "pos:0", File(fixture.spare), expected_revision=chain.revision)
            chain.detach("pos:1")
            refused(tx.commit, Cause.REVISION_CHANGED, "a commit after another change")
    raises(lambda: chain.detach("pos:0", expected_revision=-1), OverflowError, "a negative revision")
    raises(lambda: chain.detach("pos:0", expected_revision=2**64), OverflowError, "a revision that is too large")
    raises(lambda: chain.detach("pos:0", expected_revision="1"), TypeError, "a string as revision")
