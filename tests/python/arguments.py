# SPDX-License-Identifier: BSD-2-Clause
"""Wrong arguments: the error names the argument or the option, also those of enums, callbacks and the world of
a model; it is raised by the call that got it, and nothing else happens."""

import copy
import gc
import inspect
import os
import pickle
import sys

import cgswap
from cgswap import Cause
from fixtures import raises, refused
from tap import ok, same

WORLD = {"cgroups": {"web": {"egress": ["fw", "count"]}}, "programs": {"fw2": "egress"}}


def model(world=WORLD):
    return cgswap.Session(kernel="model", world=world)


def says(call, kind, message, name):
    """Checks the class and the message of an exception."""
    error = raises(call, kind, name)
    ok(error is not None and message in str(error), f"{name}: says so")
    return error


session = model()
chain = session.chain("web", "egress")

# options that are enums
for option, kind, call, known in (
    ("mode", "Mode", lambda given: chain.attach("id:1", mode=given), "multi, override, none"),
    ("maps", "MapPolicy", lambda given: session.program("id:1", maps=given), "reuse, new, require"),
    ("constants", "ConstantPolicy", lambda given: session.program("id:1", constants=given), "old, new"),
    ("feature", "Feature", session.has, "multi, replace"),
):
    for wrong in ("zap", 77, -1, 2**70):
        error = refused(lambda: call(wrong), Cause.BAD_ARGUMENT, f"{option} is {wrong!r}", ValueError)
        ok(error and f"{option}: {wrong!r} is unknown; known: {known}" in str(error), "with those that are known")
        same(error and error.details["option"], option, "and the name of the option")
    for wrong in (b"new", 1.5, [], True, cgswap.Status.OK):
        says(lambda: call(wrong), TypeError, f"expected a {kind}, its number or its name", f"{option} is {wrong!r}")
same(cgswap.Mode("multi"), cgswap.Mode.MULTI, "an enum from its name")
raises(lambda: cgswap.Mode("zap"), ValueError, "an unknown name")
same(pickle.loads(pickle.dumps(cgswap.Mode(77))), 77, "a member of a newer library can be pickled")
same(copy.deepcopy(cgswap.Mode.NONE), cgswap.Mode.NONE, "and any copied")

# callbacks
says(lambda: session.set_log(3), TypeError, "log: expected a callable, got int", "a log that is not callable")
says(lambda: session.log_to("stderr"), TypeError, "logger: expected a logger, got str", "a logger that is none")
says(lambda: session.walk(3), TypeError, "visit: expected a callable, got int", "a visit that is not callable")
tx = session.replace()
tx.add(chain, "name:fw", "pin:/sys/fs/bpf/fw2")
for name in ("progress", "event", "health"):
    says(lambda: tx.commit(**{name: "x"}), TypeError, f"{name}: expected a callable, got str", name)
    error = KeyboardInterrupt()

    def interrupt(*arguments):
        raise error

    try:
        tx.commit(**{name: interrupt})
    except KeyboardInterrupt as raised:
        ok(raised is error, f"an exception of {name} that is not an Exception")
    same([one.name for one in session.chain("web", "egress")], ["fw", "count"], "all is put back")
error = refused(lambda: tx.commit(health=lambda event: "no \udcff"), Cause.HEALTH_CHECK_FAILED, "a reason that is not UTF-8")
ok(error and "no \udcff" in error.message, "is in the message")
error = refused(lambda: tx.commit(health=lambda event: "é" * 9000), Cause.HEALTH_CHECK_FAILED, "a long reason")
ok(error and error.message.encode(), "is cut between two characters")

# an exception of a callback, while others are called: steps are undone, and that has events
for name in ("progress", "health"):
    with model({"cgroups": {"a": {"egress": ["fw"]}, "b": {"egress": ["fw"]}}, "programs": {"fw2": "egress"}}) as two:
        tx = two.replace()
        for cgroup in "ab":
            tx.add(two.chain(cgroup, "egress"), "name:fw", "pin:/sys/fs/bpf/fw2")
        kinds, boom = [], ArithmeticError("mine")

        def fail(*arguments):
            if name == "health" or arguments[0]:
                raise boom

        def note(event):
            kinds.append(str(event.kind))
            if kinds[-1] == "undone":
                raise ValueError("later")

        unraisable = []
        sys.unraisablehook = unraisable.append
        error = raises(lambda: tx.commit(event=note, canary=1, **{name: fail}), ArithmeticError, f"{name} fails")
        sys.unraisablehook = sys.__unraisablehook__
        ok(error is boom, "the first exception is raised")
        ok("undone" in kinds, "the event of the undone step comes")
        ok(unraisable and str(unraisable[0].exc_value) == "later", "an exception in it goes to sys.unraisablehook")

# no option is lost when memory runs out
try:
    from _testcapi import remove_mem_hooks, set_nomemory
except ImportError:
    set_nomemory = None
if set_nomemory:
    lost = 0
    for failing in range(150):
        set_nomemory(failing, failing + 1)
        try:
            chain.attach("pin:/sys/fs/bpf/fw2", dry_run=True)
        except (MemoryError, SystemError):
            pass
        finally:
            remove_mem_hooks()
        lost += len(session.chain("web", "egress")) != 2
    same(lost, 0, "a dry run stays one")

# other types
says(lambda: tx.add(3, "pos:0", 1), TypeError, "expected a Chain, got int", "an int as a chain")
says(lambda: chain["x"], TypeError, "not str", "a position that is a str")
says(lambda: session.forget("1"), TypeError, "id: expected the ID of a transaction", "an ID that is a str")
says(lambda: session.forget(2**64), ValueError, "is not the ID of a transaction", "one that is too large")
says(lambda: session.undo(-1), ValueError, "is not the ID of a transaction", "one below 0")
says(lambda: cgswap.errno_name("x"), TypeError, "errno: expected an int", "an errno that is a str")
same(cgswap.errno_name(2**40), "", "one that does not exist")
says(lambda: cgswap.Link("x"), TypeError, "fd: expected a descriptor", "a link without a descriptor")
same(session.find("name:fw", entries=2**40).entries != (), True, "a flag is a truth value")
same(chain.describe(links=[]), None, "also one of describe")

# worlds
for world, message in (
    (3, "world: a dict expected, got int"),
    ({"missing": 3}, "world: a list of capabilities expected, got int"),
    ({"cgroups": {"a": {"egress": "fw"}}}, "world: a list of programs expected, got str"),
    ({"programs": {3: "egress", "a": "egress"}}, "world: a name expected, got int"),
):
    says(lambda: model(world), TypeError, message, f"the world {world!r}")

# the cause is set apart from a list of names at the end of the message
text = str(refused(lambda: chain.find("zap"), Cause.NOT_ATTACHED, "a name that is not attached"))
ok("(count) [not_attached]; " in text, "the error has the cause in brackets")

# another interpreter of the process
try:
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
except ImportError:
    interpreters = None
if interpreters:
    second = interpreters.create()
    code = "try:\n import cgswap\n worked = True\nexcept ImportError:\n worked = False\nassert not worked"
    try:
        result = interpreters.run_string(second, code)  # since 3.13 it returns the exception
    except Exception as error:
        result = error
    same(result, None, "the module is not imported there")
    interpreters.destroy(second)
refused(lambda: chain.find("zap"), Cause.NOT_ATTACHED, "it works here as before")

# each method, with a wrong value for each argument in turn
class Fails:
    """Its methods raise an exception of its own."""

    def fails(self, *arguments):
        raise ArithmeticError("mine")

    __index__ = __fspath__ = __bool__ = fileno = __iter__ = __len__ = fails


closed = model()
closed_chain = closed.chain("web", "egress")
closed.close()
STRANGE = [None, -1, 2**31, 2**64, -(2**63) - 1, 1.5, float("nan"), "", "a\0b", "\udc80", "\ud800", b"\xff", [], {},
           [None], {"a": None}, {1: 2}, object(), Fails(), closed, closed_chain, cgswap._cgswap.Handle(), iter([])]
EXPECTED = (cgswap.CgswapError, TypeError, ValueError, OverflowError, ArithmeticError, IndexError, RecursionError)
odd, tried = set(), 0
before = len(os.listdir("/proc/self/fd"))
for noun in ("session", "chain", "program", "replace"):
    for method in {"session": cgswap.Session, "chain": cgswap.Chain, "program": cgswap.Program, "replace": cgswap.Replace}[noun].__dict__:
        with model() as fresh:
            own = {"session": fresh, "chain": fresh.chain("web", "egress"), "program": fresh.program("id:1"), "replace": fresh.replace()}
            call = getattr(own[noun], method)
            if method[0] == "_" or not callable(call):
                continue
            usual = {"cgroup": "web", "attach_type": "egress", "selector": "name:fw", "old": "name:fw", "new": 3,
                     "program": 3, "source": "id:1", "chain": own["chain"], "visit": bool, "path": "/x.o",
                     "feature": "replace"}
            parameters = inspect.signature(call).parameters.values()
            for wrong in STRANGE:
                for one in parameters:
                    given = {each.name: usual.get(each.name) for each in parameters if each.default is each.empty}
                    given[one.name] = wrong
                    tried += 1
                    try:
                        call(**given)
                    except EXPECTED as error:
                        if "in method" in str(error) or not str(error):
                            odd.add(f"{noun}.{method}({one.name}={wrong!r}): {error!r}")
                    except Exception as error:
                        odd.add(f"{noun}.{method}({one.name}={wrong!r}): {error!r}")
ok(tried > 2000, "every method was tried")
same(sorted(odd)[:20], [], "each has an error that is meant for its user")
gc.collect()
same(len(os.listdir("/proc/self/fd")), before, "no descriptor is left")
session.close()
