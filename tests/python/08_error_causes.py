# SPDX-License-Identifier: BSD-2-Clause
"""An error carries status, cause, errno, operation, message, remedy and log, and details."""

import copy
import errno
import os
import pickle

import cgswap
import raw
from cgswap import Cause, Status
from fixtures import File, Fixture, refused
from tap import ok, same

# the class of each status, and the builtin class that it also is
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
    ok(isinstance(one(1, "x"), builtin), "it can be created")

with Fixture(count=2) as fixture:
    chain, session = fixture.chain, fixture.session
    objects = raw.build_path("tests/bpf/object")
    error = refused(
        lambda: session.program(f"{objects}/not_verifiable.bpf.o"),
        Cause.VERIFIER_REFUSED,
        "a program that the verifier rejects",
        cgswap.RejectedError,
    )
    same(error.status, Status.REJECTED, "status")
    same(error.errno, errno.EACCES, "errno")
    ok(error.operation, "operation")
    ok("\n" not in error.message and error.message, "message")
    ok("\n" not in error.remedy and error.remedy, "remedy")
    ok(error.log.count("\n") > 2, "the log has many lines")
    ok("invalid access to packet" in error.log or "R" in error.log, "the log is the verifier's")
    same(error.strerror, error.message, "strerror is the message")
    ok(
        error.message in str(error) and "verifier_refused" in str(error) and error.remedy in str(error),
        "str has errno and message",
    )

    error = refused(lambda: chain.find("name:absent"), Cause.NOT_ATTACHED, "an error of no system call")
    same((error.errno, error.log), (errno.ENOENT, ""), "its errno fits, and the log is empty")
    ok(error.cause == "not_attached" and error.cause != "chain_empty", "a cause equals its name")
    ok(error.cause == Cause.NOT_ATTACHED and error.cause == int(error.cause), "and its number")
    same(os.strerror(error.errno), "No such file or directory", "errno has a text")
    same(error.filename, fixture.path, "filename is the cgroup")
    same(
        error.details,
        {
            "selector": "name:absent",
            "attach_type": "egress",
            "cgroup": fixture.path,
            "candidate": error.details["candidate"],
        },
        "details",
    )
    ok(isinstance(error.details["candidate"], list), "the candidates are a list")
    twin = pickle.loads(pickle.dumps(error))
    same(
        (type(twin), str(twin), twin.cause, twin.remedy),
        (type(error), str(error), error.cause, error.remedy),
        "an error can be pickled",
    )
    same(str(copy.copy(error)), str(error), "an error can be copied")

    error = refused(
        lambda: session.chain(fixture.path + "/nowhere", "egress"),
        Cause.CGROUP_NOT_FOUND,
        "a missing cgroup",
        FileNotFoundError,
    )
    same(error.errno, errno.ENOENT, "ENOENT")
    refused(
        lambda: session.chain("/", "egress"),
        Cause.NOT_A_CGROUP,
        "a directory that is not a cgroup",
        cgswap.NotFoundError,
    )
    error = refused(
        lambda: session.chain(fixture.path, "egres"),
        Cause.ATTACH_TYPE_UNKNOWN,
        "an unknown attach type",
        ValueError,
    )
    ok("egress" in error.remedy, "the remedy suggests a similar one")
    refused(lambda: session.program("obj:/nowhere.o"), Cause.OBJECT_NOT_FOUND, "a missing object")
    refused(lambda: session.program(4294967295), Cause.PROGRAM_NOT_FOUND, "an unknown program id")
    refused(
        lambda: session.chain(b"/odd\xff\x80name".decode("utf-8", "surrogateescape"), "egress"),
        Cause.CGROUP_NOT_FOUND,
        "a path with invalid UTF-8 is passed on",
    )
    raw.remove(*raw.scratch("gone"))

    # enums
    same(str(Cause.NOT_ATTACHED), "not_attached", "a cause's str is its name in lower case")
    same(f"{Cause.NOT_ATTACHED:>14}", "  not_attached", "its format too")
    same(Cause.NOT_ATTACHED, 20, "a cause is a number")
    same(Cause.by_name("not_attached"), Cause.NOT_ATTACHED, "by_name finds it")
    same(Cause.NOT_ATTACHED.status, Status.NOT_ATTACHED, "its status")
    same((Cause.NOT_ATTACHED.per_cgroup, Cause.VERIFIER_REFUSED.per_cgroup), (True, False), "one cgroup or all")
    ok("ENOENT" in Cause.NOT_ATTACHED.errnos, "its errnos")
    ok(Cause.NOT_ATTACHED.meaning and Cause.NOT_ATTACHED.remedy, "its meaning and remedy")
    same(repr(Cause(9999).name), "'UNKNOWN_9999'", "an unknown cause of a newer library has a name")

# missing privilege
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
            refused(lambda: list(chain), Cause.MISSING_CAP_NET_ADMIN, "it has no entries")
            refused(lambda: chain.revision, Cause.MISSING_CAP_NET_ADMIN, "it has no revision")

    def nameless():
        with cgswap.Session() as session:
            chain = session.chain(fixture.path, "egress")
            same([entry.id for entry in chain], fixture.ids, "without SYS_ADMIN, a chain has ids")
            error = refused(
                lambda: chain[0].name, Cause.MISSING_CAP_SYS_ADMIN, "but no names", PermissionError
            )
            same(repr(chain[0]), f"<cgswap.Entry 0: id {fixture.ids[0]}>", "repr works without a name")

    raw.without_capabilities(CAP_NET_ADMIN | CAP_SYS_ADMIN | CAP_BPF, unprivileged)
    raw.without_capabilities(CAP_SYS_ADMIN, nameless)
