# SPDX-License-Identifier: BSD-2-Clause
"""A change can be bound to a revision."""

import cgswap
from cgswap import Cause, Feature
from fixtures import File, Fixture, raises, refused
from tap import same, skip

with Fixture(count=2) as fixture:
    chain, session = fixture.chain, fixture.session
    if not session.has(Feature.EXPECTED_REVISION):
        skip("this kernel does not bind changes to revisions")
    else:
        now = chain.revision
        before = fixture.state()
        for name, call in {
            "attach": lambda: chain.attach(File(fixture.spare), expected_revision=now + 1),
            "detach": lambda: chain.detach("pos:0", expected_revision=now + 1),
            "replace": lambda: chain.replace("pos:0", File(fixture.spare), expected_revision=now + 1),
        }.items():
            error = refused(call, Cause.REVISION_CHANGED, name, cgswap.StaleError)
            same(fixture.state(), before, "changed nothing")
        chain.attach(File(fixture.spare), expected_revision=now)
        same(chain.revision, now + 1, "attach at the right one")
        chain.detach("name:spare", expected_revision=now + 1)
        same(chain.revision, now + 2, "detach at the right one")
        done = chain.replace("pos:0", File(fixture.spare), expected_revision=now + 2)
        same(chain.revision, now + 3, "replace at the right one")
        same(done[0].revision, now + 3, "which its step knows")
        done.rollback()

        # bound when it was added, moved since
        chain.read()
        with session.replace() as tx:
            tx.add(chain, "pos:0", File(fixture.spare), expected_revision=chain.revision)
            chain.detach("pos:1")
            refused(tx.commit, Cause.REVISION_CHANGED, "another change in between")
    raises(lambda: chain.detach("pos:0", expected_revision=-1), OverflowError, "a negative one")
    raises(lambda: chain.detach("pos:0", expected_revision=2**64), OverflowError, "a huge one")
    raises(lambda: chain.detach("pos:0", expected_revision="1"), TypeError, "a string")
