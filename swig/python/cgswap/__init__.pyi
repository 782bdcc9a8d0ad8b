# SPDX-License-Identifier: BSD-2-Clause
# The signatures of the public classes and functions, for type checkers. Tests compare them with the
# modules.
import logging
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from os import PathLike
from typing import Literal, NamedTuple, Protocol, SupportsIndex, Union, overload
from typing_extensions import Self, TypeAlias, final

class _HasFileno(Protocol):
    def fileno(self) -> int: ...

_Anything: TypeAlias = object  # where a method is called object
_Cgroup: TypeAlias = Union[str, bytes, PathLike[str], PathLike[bytes], _HasFileno]
_Selector: TypeAlias = Union[str, int, PathLike[str], PathLike[bytes], _HasFileno, Entry]
_Source: TypeAlias = Union[str, int, PathLike[str], PathLike[bytes], _HasFileno, Entry]
_Path: TypeAlias = Union[str, bytes, PathLike[str], PathLike[bytes]]
_Mode: TypeAlias = Union[Mode, Literal["multi", "override", "none"]]
_MapPolicy: TypeAlias = Union[MapPolicy, Literal["reuse", "new", "require"]]
_FeatureName: TypeAlias = Union[Feature, int, str]

__version__: str

def abi_describe() -> str: ...
def attach_types() -> list[AttachType]: ...
def errno_name(errno: int) -> str: ...

class AttachType(NamedTuple):
    name: str
    short_name: str

# Enums

class Status(IntEnum):
    OK = 0
    ARGUMENT = -1
    CLOSED = -2
    NOT_FOUND = -3
    TYPE_MISMATCH = -4
    UNSUPPORTED = -5
    NOT_ATTACHED = -6
    ALREADY_ATTACHED = -7
    FULL = -8
    CONFLICT = -9
    STALE = -10
    PERMISSION = -11
    INCOMPATIBLE = -12
    REJECTED = -13
    BUSY = -14
    SYSTEM = -15
    UNHEALTHY = -16
    PARTIAL = -17
    NO_MEMORY = -18

class Cause(IntEnum):
    NONE = 0
    BAD_ARGUMENT = 1
    HANDLE_CLOSED = 2
    SELECTOR_AMBIGUOUS = 3
    SOURCE_AMBIGUOUS = 4
    MODE_FLAGS_CONFLICT = 5
    POSITION_CONFLICT = 6
    CGROUP_NOT_FOUND = 7
    CGROUP_V1 = 8
    NOT_A_CGROUP = 9
    CGROUP_GONE = 10
    CGROUP_UNREACHABLE = 11
    BAD_DESCRIPTOR = 12
    NOT_A_PROGRAM = 13
    NOT_A_LINK = 14
    PROGRAM_NOT_FOUND = 15
    PIN_NOT_FOUND = 16
    PROGRAM_TYPE_MISMATCH = 17
    EXPECTED_ATTACH_TYPE_MISMATCH = 18
    ATTACH_TYPE_UNKNOWN = 19
    NOT_ATTACHED = 20
    HELD_BY_LINK = 21
    ATTACHED_AT_ANCESTOR = 22
    CHAIN_EMPTY = 23
    ALREADY_ATTACHED = 24
    ANCHOR_NOT_ATTACHED = 25
    ANCHOR_KIND_MISMATCH = 26
    CHAIN_FULL = 27
    OWN_MODE_CONFLICT = 28
    ANCESTOR_EXCLUSIVE = 29
    PREORDER_WOULD_CHANGE = 30
    REVISION_CHANGED = 31
    LOST_RACE = 32
    LINK_CHANGED = 33
    LINK_DETACHED = 34
    MISSING_CAP_NET_ADMIN = 35
    MISSING_CAP_SYS_ADMIN = 36
    MISSING_CAP_BPF = 37
    INSIDE_USER_NAMESPACE = 38
    DENIED_BY_POLICY = 39
    KERNEL_LACKS_FEATURE = 40
    KERNEL_LACKS_CGROUP_BPF = 41
    UNSAFE_LINK_UPDATE = 42
    OBJECT_NOT_FOUND = 43
    OBJECT_NOT_ELF = 44
    OBJECT_NOT_BPF = 45
    OBJECT_HAS_NO_PROGRAM = 46
    PROGRAM_NOT_IN_OBJECT = 47
    OBJECT_REFUSED = 48
    VERIFIER_REFUSED = 49
    MAP_CHANGED = 50
    MAP_DROPPED = 51
    TRANSACTION_BUSY = 52
    BPFFS_NOT_MOUNTED = 53
    JOURNAL_UNWRITABLE = 54
    JOURNAL_DAMAGED = 55
    VERIFY_FAILED = 56
    HEALTH_CHECK_FAILED = 57
    CANCELLED = 58
    ROLLBACK_INCOMPLETE = 59
    OUT_OF_MEMORY = 60
    TOO_MANY_FILES = 61
    ATTRIBUTE_SIZE = 62
    UNEXPLAINED = 63
    HANDLE_IN_USE = 64
    PIN_EXISTS = 65
    PIN_FAILED = 66
    ORDERING_UNSUPPORTED = 67
    DRAIN_UNAVAILABLE = 68
    LIBBPF_DEGRADED = 69
    INTERRUPTED = 70
    @classmethod
    def by_name(cls, name: str) -> Cause: ...
    @property
    def status(self) -> Status: ...
    @property
    def errnos(self) -> tuple[str, ...]: ...
    @property
    def meaning(self) -> str: ...
    @property
    def remedy(self) -> str: ...
    @property
    def example(self) -> str: ...

class Feature(IntEnum):
    MULTI = 1
    REPLACE = 2
    LINK = 3
    LINK_ID = 4
    LINK_DETACH = 5
    LSM_CGROUP = 6
    UNIX_SOCKET_HOOKS = 7
    PREORDER = 8
    ORDERING = 9
    EXPECTED_REVISION = 10
    REVISION = 11
    LINK_UPDATE_ORDER = 12
    @property
    def kernel(self) -> str: ...

class Mode(IntEnum):
    DEFAULT = 0
    MULTI = 1
    OVERRIDE = 2
    NONE = 3

class MapPolicy(IntEnum):
    DEFAULT = 0
    REUSE = 1
    NEW = 2
    REQUIRE = 3

class Guard(IntEnum):
    NOT_DONE = 0
    NONE = 1
    PROGRAM = 2
    REVISION = 3

class StepState(IntEnum):
    PLANNED = 1
    DONE = 2
    UNDONE = 3
    FAILED = 4

class LogLevel(IntEnum):
    WARNING = 1
    INFO = 2
    DEBUG = 3

# Errors

class CgswapError(OSError):
    status: Status
    cause: Cause
    operation: str
    message: str
    remedy: str
    log: str

class ArgumentError(CgswapError, ValueError): ...
class ClosedError(CgswapError, ValueError): ...
class NotFoundError(CgswapError, FileNotFoundError): ...
class TypeMismatchError(CgswapError, TypeError): ...
class UnsupportedError(CgswapError, NotImplementedError): ...
class NotAttachedError(CgswapError, LookupError): ...
class AlreadyAttachedError(CgswapError, FileExistsError): ...
class FullError(CgswapError): ...
class ConflictError(CgswapError): ...
class StaleError(CgswapError): ...
class PermissionDeniedError(CgswapError, PermissionError): ...
class IncompatibleError(CgswapError, ValueError): ...
class RejectedError(CgswapError, ValueError): ...
class BusyError(CgswapError, BlockingIOError): ...
class SystemFailureError(CgswapError): ...
class UnhealthyError(CgswapError, InterruptedError): ...
class PartialError(CgswapError): ...
class NoMemoryError(CgswapError, MemoryError): ...

# Session

class Session:
    def __init__(
        self,
        *,
        kernel: str | None = None,
        cgroup_root: str | PathLike[str] | None = None,
        bpffs: str | PathLike[str] | None = None,
        disable_features: str | Iterable[_FeatureName] | None = None,
        retry_time_ms: int | None = None,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...
    def close(self) -> None: ...
    def chain(self, cgroup: _Cgroup, attach_type: str) -> Chain: ...
    def program(
        self,
        source: _Source,
        *,
        attach_type: str | None = None,
        reuse_maps_of: _Source | None = None,
        maps: _MapPolicy | None = None,
    ) -> Program: ...
    def object(self, path: _Path) -> Object: ...
    def replace(self, *, verify: bool = True, retries: int | None = None) -> Replace: ...
    def has(self, feature: _FeatureName) -> bool: ...
    def has_attach_type(self, attach_type: str) -> bool: ...
    def probe(self, feature: _FeatureName) -> str: ...
    def features(self) -> dict[Feature, bool]: ...
    @property
    def kernel(self) -> str: ...
    @property
    def cgroup_root(self) -> str: ...
    @property
    def bpffs(self) -> str: ...
    def walk(self, visit: Callable[[str], _Anything], below: _Cgroup | None = None) -> None: ...
    def cgroups(self, below: _Cgroup | None = None) -> list[str]: ...
    def set_log(self, log: Callable[[LogLevel, str], _Anything] | None) -> None: ...
    def log_to(self, logger: logging.Logger | None) -> None: ...

class ProgramMap(NamedTuple):
    id: int
    name: str
    kept: bool
    reason: str

class Program:
    session: Session
    def __init__(
        self,
        session: Session,
        source: _Source,
        *,
        attach_type: str | None = None,
        reuse_maps_of: _Source | None = None,
        maps: _MapPolicy | None = None,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...
    def close(self) -> None: ...
    def fileno(self) -> int: ...
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def maps(self) -> tuple[ProgramMap, ...]: ...

# Object

class ObjectProgram(NamedTuple):
    name: str
    section: str
    type: str
    attach_type: str
    length: int

class ObjectMap(NamedTuple):
    name: str
    type: str
    key_size: int
    value_size: int
    max_entries: int

class Object:
    session: Session
    def __init__(self, session: Session, path: _Path) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...
    def close(self) -> None: ...
    @property
    def license(self) -> str: ...
    @property
    def programs(self) -> tuple[ObjectProgram, ...]: ...
    @property
    def maps(self) -> tuple[ObjectMap, ...]: ...
    @property
    def metadata(self) -> dict[str, str]: ...

# Chain

class Link:
    def __init__(self, fd: int, *, modelled: bool = False) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...
    def __del__(self) -> None: ...
    @property
    def closed(self) -> bool: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...
    def release(self) -> int: ...

@final
class Entry:
    @property
    def position(self) -> int: ...
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def maps(self) -> tuple[int, ...]: ...
    @property
    def loaded_at(self) -> int: ...
    @property
    def uid(self) -> int: ...
    @property
    def run_count(self) -> int: ...
    @property
    def run_time_ns(self) -> int: ...
    @property
    def link_id(self) -> int | None: ...
    @property
    def preorder(self) -> bool | None: ...
    @property
    def metadata(self) -> dict[str, str]: ...
    def __eq__(self, other: object) -> bool: ...
    def __ne__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

class Chain:
    session: Session
    def __init__(self, session: Session, cgroup: _Cgroup, attach_type: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...
    def close(self) -> None: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Entry]: ...
    @overload
    def __getitem__(self, position: SupportsIndex) -> Entry: ...
    @overload
    def __getitem__(self, position: slice) -> list[Entry]: ...
    def find(self, selector: _Selector) -> Entry: ...
    @property
    def cgroup(self) -> str: ...
    @property
    def cgroup_id(self) -> int: ...
    @property
    def attach_type(self) -> str: ...
    @property
    def revision(self) -> int | None: ...
    @property
    def mode(self) -> Mode | None: ...
    def read(self) -> None: ...
    def describe(
        self,
        *,
        programs: bool = True,
        links: bool = True,
        preorder: bool = True,
        metadata: bool = True,
    ) -> None: ...
    def read_effective(self) -> tuple[int, ...]: ...
    @overload
    def attach(
        self,
        program: Program | _Source,
        *,
        before: _Selector | None = None,
        after: _Selector | None = None,
        first: bool = False,
        last: bool = False,
        mode: _Mode = Mode.DEFAULT,
        preorder: bool | None = None,
        link: Literal[True],
        pin: None = None,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        dry_run: Literal[False] = False,
    ) -> Link: ...
    @overload
    def attach(
        self,
        program: Program | _Source,
        *,
        before: _Selector | None = None,
        after: _Selector | None = None,
        first: bool = False,
        last: bool = False,
        mode: _Mode = Mode.DEFAULT,
        preorder: bool | None = None,
        link: bool = False,
        pin: _Path | None = None,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        dry_run: bool = False,
    ) -> Link | None: ...
    def detach(
        self,
        selector: _Selector,
        *,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        dry_run: bool = False,
    ) -> None: ...
    def replace(
        self,
        old: _Selector,
        new: Program | _Source,
        *,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        preorder: bool | None = None,
        maps: _MapPolicy | None = None,
        pin: _Path | None = None,
        allow_unguarded: bool = False,
        verify: bool = True,
        retries: int | None = None,
        retry_time_ms: int | None = None,
    ) -> Replace: ...

# Replace

class DroppedMap(NamedTuple):
    id: int
    name: str

class Step(NamedTuple):
    chain: Chain
    position: int | None
    old_id: int
    new_id: int
    state: StepState
    verified: bool
    cause: Cause | None
    revision: int | None
    maps: tuple[ProgramMap, ...]
    link_id: int | None
    guard: Guard | None
    dropped_maps: tuple[DroppedMap, ...]

class Replace:
    session: Session
    def __init__(
        self, session: Session, *, verify: bool = True, retries: int | None = None
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None: ...
    def close(self) -> None: ...
    def add(
        self,
        chain: Chain,
        old: _Selector,
        new: Program | _Source,
        *,
        expected_revision: int | None = None,
        expected_cgroup_id: int | None = None,
        preorder: bool | None = None,
        maps: _MapPolicy | None = None,
        pin: _Path | None = None,
        allow_unguarded: bool = False,
    ) -> None: ...
    @property
    def steps(self) -> list[Step]: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Step]: ...
    @overload
    def __getitem__(self, index: SupportsIndex) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...
    def check(self) -> None: ...
    def commit(
        self,
        progress: Callable[[int, int], object] | None = None,
        *,
        retry_time_ms: int | None = None,
    ) -> None: ...
    def rollback(self) -> None: ...
    def drain(self) -> None: ...
    def cancel(self) -> None: ...
