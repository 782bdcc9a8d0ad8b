# SPDX-License-Identifier: BSD-2-Clause
"""An interpreter exits normally while objects are alive, a thread is inside a call and a log callback is
set."""

import os
import subprocess
import sys

import cgswap
import raw
from fixtures import File, Fixture
from tap import diag, ok, skip

PROGRAM = """
import sys, threading, cgswap
cgroup, fd = sys.argv[1], int(sys.argv[2])
session = cgswap.Session()
session.set_log(lambda level, line: session)
chain = session.chain(cgroup, "egress")
entries = list(chain)
chain.circle = chain, entries
program = session.program(f"fd:{fd}")
tx = session.replace()
tx.add(chain, "pos:0", program)
step = tx[0]
class Last:
    def __del__(self):
        self.chain.read()
        self.chain.session.close()
last = Last()
last.chain = chain
last.circle = last
cgswap.kept = [session, chain, entries, program, tx, step, last]
started = threading.Event()
def work():
    own = session.chain(cgroup, "egress")
    while True:
        own.read()
        list(own)
        started.set()
threading.Thread(target=work, daemon=True).start()
started.wait(60)
"""

with Fixture(count=2) as fixture:
    if raw.SANITIZED:
        skip("the interpreter cannot load a library built with sanitizers")
    else:
        folder = os.path.dirname(os.path.dirname(cgswap.__file__))
        for turn in range(10):
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM, fixture.path, str(fixture.spare)],
                env={**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"},
                pass_fds=[fixture.spare],
                capture_output=True,
                text=True,
            )
            if not ok(done.returncode == 0 and not done.stderr, f"an interpreter exits normally, turn {turn}"):
                diag(f"exit {done.returncode}\n{done.stderr}")

# the same for this interpreter, whose exit the embedding program checks
session = cgswap.Session()
session.set_log(lambda level, line: session)
path, fd = raw.scratch("left")
chain = session.chain(path, "egress")
chain.attach(File(raw.program(raw.EGRESS, "left")))
tx = session.replace()
tx.add(chain, "pos:0", chain[0].id)
sys.left_behind = [session, chain, list(chain), tx, tx.steps]
chain.circle = sys.left_behind
ok(True, "this interpreter exits later")
