# SPDX-License-Identifier: BSD-2-Clause
"""Preorder is never lost, nor gained."""

import os

import lab
from fixtures import File, Scene
from tap import same, skip

if not lab.knows_flags(lab.PREORDER | lab.MULTI):
    skip("this kernel does not have preorder")
else:
    for flags, preorder in ((lab.MULTI, False), (lab.MULTI | lab.PREORDER, True)):
        with Scene(count=1, flags=flags) as scene:
            # a child's program runs before the parent's, unless that is preorder
            path, fd = lab.child(scene.path, scene.fd, "child")
            child = lab.program(lab.EGRESS, "child")
            lab.attach(fd, child, lab.EGRESS, lab.MULTI)
            order = [scene.ids[0], lab.program_id(child)]

            def effective(of):
                return lab.chain(of, lab.EGRESS, True)[0]

            if not preorder:
                order.reverse()
            same(effective(fd), order, f"preorder {preorder}: the order before")
            done = scene.chain.replace("pos:0", File(scene.spare))
            order[order.index(scene.ids[0])] = scene.spare_id
            same(effective(fd), order, "is the order after")
            with scene.session.chain(path, "egress") as below:
                same(list(below.read_effective()), order, "as the module tells it")
            done.rollback()
            order[order.index(scene.spare_id)] = scene.ids[0]
            same(effective(fd), order, "and back")

            # said explicitly
            done = scene.chain.replace("pos:0", File(scene.spare), preorder=not preorder)
            order = [scene.spare_id, lab.program_id(child)]
            if preorder:
                order.reverse()
            same(effective(fd), order, "otherwise only when it is said")
            done.rollback()
            os.close(child)
            lab.remove(path, fd)
            os.close(fd)

    with Scene(count=0) as scene:
        for name, flags in (("a", lab.MULTI | lab.PREORDER), ("b", lab.MULTI)):
            scene.programs.append(lab.program(lab.EGRESS, name))
            lab.attach(scene.fd, scene.programs[-1], lab.EGRESS, flags)
        # the list b, a runs as a, b only if a is preorder
        lab.detach(scene.fd, scene.programs[0], lab.EGRESS)
        lab.attach(scene.fd, scene.programs[0], lab.EGRESS, lab.MULTI | lab.PREORDER)
        scene.chain.read()
        same(scene.chain.find("name:a").preorder, True, "an entry that is told by the order")
