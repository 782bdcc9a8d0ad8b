# SPDX-License-Identifier: BSD-2-Clause
"""Session.clean() lists what killed processes have left, and removes it unless it is a dry run."""

import cgswap
from cgswap import Leftover
from fixtures import raises
from tap import same

with cgswap.Session(kernel="model", world="cgroup a/cgswap-scratch-0\ncgroup cgswap-scratch-12/b\ncgroup cgswap-scratch-c") as session:
    before = session.cgroups()
    left = session.clean(dry_run=True)
    same([one.path for one in left], ["/sys/fs/cgroup/a/cgswap-scratch-0", "/sys/fs/cgroup/cgswap-scratch-12"], "scratch cgroups")
    same({one.kind for one in left}, {"cgroup"}, "their kind")
    same(([one.removed for one in left], session.cgroups()), ([False, False], before), "a dry run removes nothing")
    left = session.clean()
    same(left[0], Leftover("cgroup", "/sys/fs/cgroup/a/cgswap-scratch-0", True, ""), "one is removed")
    same((left[1].removed, left[1].reason), (False, "it has processes or cgroups"), "one must stay, with a reason")
    same(session.cgroups(), [path for path in before if path != left[0].path], "it is gone")
    same(len(session.clean()), 1, "once more")
raises(lambda: session.clean(), ValueError, "a closed session")
