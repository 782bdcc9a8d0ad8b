# SPDX-License-Identifier: BSD-2-Clause
"""The stubs agree with the module, and the examples pass strict type checks."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile

import cgswap
import raw
from tap import diag, ok, same, skip

EXAMPLES = ("list.py", "swap.py", "dry_run.py", "roll_back.py", "swap_many.py", "try_out.py")


def run(*command, **environment):
    """Checks that python -m COMMAND succeeds. Prints its output if not."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, **environment},
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if not ok(done.returncode == 0, " ".join(command[:2])):
        diag(done.stdout)


# the numbers of enums, which stubtest does not check
stubs = raw.source_path("swig/python/cgswap/__init__.pyi")
with open(stubs) as file:
    tree = ast.parse(file.read())
enums = 0
for node in tree.body:
    kind = getattr(cgswap, getattr(node, "name", ""), None)
    if isinstance(node, ast.ClassDef) and hasattr(kind, "__members__"):
        wanted = {
            line.targets[0].id: ast.literal_eval(line.value)
            for line in node.body
            if isinstance(line, ast.Assign)
        }
        same({one.name: int(one) for one in kind}, wanted, f"{node.name} has these numbers")
        enums += 1
same(enums, 8, "all enums were checked")

if importlib.util.find_spec("mypy") is None:
    skip("mypy is missing (Debian package python3-mypy)")
elif raw.SANITIZED:
    diag("mypy runs in the plain build only: it cannot load a library built with sanitizers")
else:
    with tempfile.TemporaryDirectory() as folder:
        # the stubs alone: private modules have no types
        os.mkdir(f"{folder}/cgswap")
        for name in ("__init__.pyi", "py.typed"):
            shutil.copy(raw.source_path(f"swig/python/cgswap/{name}"), f"{folder}/cgswap")
        environment = {
            "MYPYPATH": folder,
            "MYPY_CACHE_DIR": f"{folder}/cache",
            "PYTHONPATH": os.path.dirname(os.path.dirname(cgswap.__file__)),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        run("mypy.stubtest", "cgswap", **environment)
        examples = [raw.source_path(f"examples/{name}") for name in EXAMPLES]
        run("mypy", "--strict", "--python-version=3.9", *examples, **environment)
