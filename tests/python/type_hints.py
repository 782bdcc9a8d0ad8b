# SPDX-License-Identifier: BSD-2-Clause
"""The annotations can be used, agree with the module, and pass strict type checks, as the examples do."""

import importlib.util
import inspect
import os
import pydoc
import subprocess
import sys
import tempfile
import typing

import cgswap
import raw
from tap import diag, ok, same, skip

# names of private modules that only type checkers see, and the metaclass of records
ALLOWED = r"""
cgswap\._.*
cgswap\.Link\._close
cgswap\.(AttachType|DroppedConstant|DroppedMap|Event|Found|FoundEntry|FoundLink|FoundPin|FoundProcess|FoundProgram|Group|Journal|JournalStep|LeftPin|Leftover|ObjectMap|ObjectProgram|ProgramMap|Step|StepConstant|Transaction|TransactionChange|TransactionConstant|UnpinnedMap|Unread)
"""
EXAMPLES = ("list.py", "swap.py", "dry_run.py", "roll_back.py", "swap_many.py", "thread_pool.py",
            "try_out.py", "unit_test.py", "with_asyncio.py")


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


# the numbers of enums, which are made from the table of the ABI, are those of the header
PREFIXES = {"Status": "E_", "Cause": "CAUSE_", "Feature": "FEATURE_", "Mode": "MODE_", "MapPolicy": "MAPS_",
            "ConstantPolicy": "CONSTANTS_",
            "Guard": "GUARD_", "StepState": "STEP_", "LogLevel": "LOG_"}
for name, prefix in PREFIXES.items():
    wanted = {
        constant[len(prefix):]: value
        for constant, value in vars(cgswap._cgswap).items()
        if constant.startswith(prefix)
    }
    if name == "Status":
        wanted["OK"] = cgswap._cgswap.OK
    same({one.name: int(one) for one in getattr(cgswap, name)}, wanted, f"{name} has these numbers")

# annotations can be resolved, and help() is short
missing = []
for name in cgswap.__all__:
    one = getattr(cgswap, name)
    own = vars(one).items() if inspect.isclass(one) and one.__module__ == "cgswap" else [(name, one)]
    for attribute, value in own:
        if inspect.isfunction(value) and (attribute == "__init__" or attribute[0] != "_"):
            try:
                if "return" not in typing.get_type_hints(value):
                    missing.append(f"{name}.{attribute}")
            except Exception as error:
                missing.append(f"{name}.{attribute}: {error}")
same(missing, [], "get_type_hints() works for each function and method")
page = pydoc.plain(pydoc.render_doc(cgswap))
lines = page.count("\n")
# Since 3.13 a long signature has a line for each parameter. Each class costs at least a dozen lines: pydoc
# prints its bases, and name and value of an enum.
ok(lines <= (2000 if sys.version_info < (3, 13) else 2300), f"help(cgswap) has {lines} lines")
ok("; none:" not in page, "help(cgswap) writes None as Python does")
same([f"{kind}.{field}" for kind in ("Step", "ProgramMap", "StepConstant", "ObjectMap")
      for field in getattr(cgswap, kind)._fields
      if getattr(getattr(cgswap, kind), field).__doc__.startswith("Alias")], [], "the fields of records are described")
done = subprocess.run(
    [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules)\n"
     "import cgswap; print(sorted({'typing', 'logging', 're', 'inspect', 'enum', 'collections', 'functools'} & (set(sys.modules) - before)))",
     os.path.dirname(os.path.dirname(cgswap.__file__))],
    capture_output=True, text=True) if not raw.SANITIZED else None
if done:
    same(done.stdout.strip(), "[]", "importing the module does not import typing, logging, re, inspect, enum, collections or functools")

if importlib.util.find_spec("mypy") is None:
    skip("mypy is missing (Debian package python3-mypy)")
elif raw.SANITIZED:
    diag("mypy runs in the plain build only: it cannot load a library built with sanitizers")
else:
    package = os.path.dirname(os.path.dirname(cgswap.__file__))
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "MYPYPATH": package,
            "MYPY_CACHE_DIR": f"{folder}/cache",
            "PYTHONPATH": package,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        run("mypy", "--strict", "-p", "cgswap", **environment)
        with open(f"{folder}/allowed", "w") as file:
            file.write(ALLOWED)
        run("mypy.stubtest", "--allowlist", f"{folder}/allowed", "cgswap", **environment)
        examples = [raw.source_path(f"examples/{name}") for name in EXAMPLES]
        run("mypy", "--strict", "--python-version=3.9", *examples, **environment)
