# SPDX-License-Identifier: BSD-2-Clause
"""A refusal carries status, cause, errno, operation, message, remedy and log."""

import copy
import errno
import pickle

import cgswap
import raw
from cgswap import Cause, Status
from fixtures import File, Fixture, refused
from tap import ok, same

# the class of each status, and the builtin that one expects
BUILTINS = {
    Status.ARGUMENT: ValueError,
    Status.CLOSED: ValueError,
    Status.NOT_FOUND: FileNotFoundError,
    Status.TYPE_MISMATCH: TypeError,
    Status.UNSUPPORTED: NotImplementedError,
    Status.NOT_ATTACHED: LookupError,
    Status.ALREADY_ATTACHED: FileExistsError,
    Status.FULL: OSError,
    Status.CONFLICT: OSError,
    Status.STALE: OSError,
    Status.PERMISSION: PermissionError,
    Status.INCOMPATIBLE: ValueError,
    Status.REJECTED: ValueError,
    Status.BUSY: BlockingIOError,
    Status.SYSTEM: OSError,
    Status.UNHEALTHY: InterruptedError,
    Status.PARTIAL: OSError,
    Status.NO_MEMORY: MemoryError,
}

classes = {}
for name in cgswap.__all__:
    one = getattr(cgswap, name)
    if isinstance(one, type) and issubclass(one, cgswap.CgswapError):
        if one is not cgswap.CgswapError:
            classes[one.status] = one
same(set(classes), set(Status) - {Status.OK}, "each status has a class")
for status, builtin in BUILTINS.items():
    one = classes[status]
    ok(
        issubclass(one, builtin) and issubclass(one, cgswap.CgswapError) and one.__doc__,
        f"{one.__name__} is a {builtin.__name__}",
    )
    ok(isinstance(one(1, "x"), builtin), "and can be made")

with Fixture(count=2) as fixture:
    chain, session = fixture.chain, fixture.session
    objects = raw.build_path("tests/bpf/object")
    error = refused(
        lambda: session.program(f"{objects}/not_verifiable.bpf.o"),
        Cause.VERIFIER_REFUSED,
        "what the verifier refuses",
        cgswap.RejectedError,
    )
    same(error.status, Status.REJECTED, "status")
    same(error.errno, errno.EACCES, "errno")
    ok(error.operation, "operation")
    ok("\n" not in error.message and error.message, "message")
    ok("\n" not in error.remedy and error.remedy, "remedy")
    ok(error.log.count("\n") > 2, "a log of many lines")
    ok("invalid access to packet" in error.log or "R" in error.log, "which is the verifier's")
    same(error.strerror, error.message, "strerror is the message")
    ok(
        error.message in str(error) and "verifier_refused" in str(error) and error.remedy in str(error),
        "as a string it says all that",
    )

    error = refused(lambda: chain.find("name:nobody"), Cause.NOT_ATTACHED, "no errno behind it")
    same((error.errno, error.log), (None, ""), "None, and no log")
    twin = pickle.loads(pickle.dumps(error))
    same(
        (type(twin), str(twin), twin.cause, twin.remedy),
        (type(error), str(error), error.cause, error.remedy),
        "it can be pickled",
    )
    same(str(copy.copy(error)), str(error), "and copied")

    error = refused(
        lambda: session.chain(fixture.path + "/nowhere", "egress"),
        Cause.CGROUP_NOT_FOUND,
        "a cgroup that is not there",
        FileNotFoundError,
    )
    same(error.errno, errno.ENOENT, "ENOENT")
    refused(
        lambda: session.chain("/", "egress"),
        Cause.NOT_A_CGROUP,
        "what is no cgroup",
        cgswap.NotFoundError,
    )
    error = refused(
        lambda: session.chain(fixture.path, "egres"),
        Cause.ATTACH_TYPE_UNKNOWN,
        "what is no hook",
        NotImplementedError,
    )
    ok("egress" in error.message, "offers the near one")
    refused(lambda: session.program("obj:/nowhere.o"), Cause.OBJECT_NOT_FOUND, "no object")
    refused(lambda: session.program(4294967295), Cause.PROGRAM_NOT_FOUND, "no program")
    refused(
        lambda: session.chain(b"/odd\xff\x80name".decode("utf-8", "surrogateescape"), "egress"),
        Cause.CGROUP_NOT_FOUND,
        "odd bytes in a path are passed on",
    )
    raw.remove(*raw.scratch("gone"))

    # enums
    same(str(Cause.NOT_ATTACHED), "not_attached", "a cause is written in lower case")
    same(f"{Cause.NOT_ATTACHED:>14}", "  not_attached", "also in f-strings")
    same(Cause.NOT_ATTACHED, 20, "and is a number")
    same(Cause.by_name("not_attached"), Cause.NOT_ATTACHED, "it has a name")
    same(Cause.NOT_ATTACHED.status, Status.NOT_ATTACHED, "a status")
    ok("ENOENT" in Cause.NOT_ATTACHED.errnos, "errnos")
    ok(Cause.NOT_ATTACHED.meaning and Cause.NOT_ATTACHED.remedy, "a meaning and a remedy")
    same(repr(Cause(9999).name), "'UNKNOWN_9999'", "one that a newer library may have")

# what privilege is missing
with Fixture(count=2) as fixture:
    CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_BPF = 1 << 12, 1 << 21, 1 << 39

    def unprivileged():
        with cgswap.Session() as session:
            chain = session.chain(fixture.path, "egress")
            refused(
                lambda: len(chain),
                Cause.MISSING_CAP_NET_ADMIN,
                "a chain that cannot be read has no length",
                PermissionError,
            )
            refused(lambda: list(chain), Cause.MISSING_CAP_NET_ADMIN, "nor entries")
            refused(lambda: chain.revision, Cause.MISSING_CAP_NET_ADMIN, "nor a revision")

    def nameless():
        with cgswap.Session() as session:
            chain = session.chain(fixture.path, "egress")
            same([entry.id for entry in chain], fixture.ids, "without SYS_ADMIN there are ids")
            error = refused(
                lambda: chain[0].name, Cause.MISSING_CAP_SYS_ADMIN, "but no names", PermissionError
            )
            same(repr(chain[0]), f"<cgswap.Entry 0: id {fixture.ids[0]}>", "repr does without")

    raw.without_capabilities(CAP_NET_ADMIN | CAP_SYS_ADMIN | CAP_BPF, unprivileged)
    raw.without_capabilities(CAP_SYS_ADMIN, nameless)
