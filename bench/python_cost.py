# SPDX-License-Identifier: BSD-2-Clause
"""The cost of the Python module compared with a handwritten C extension and with ctypes.

They alternate in one run, and the tenth percentiles are compared. Needs root:
python_cost.py FOLDER-OF-THE-EXTENSION LIBRARY
"""

import ctypes
import os
import sys
import time

import cgswap

sys.path.insert(0, sys.argv[1])
import python_extension  # noqa: E402

ROUNDS, ENTRIES = 200, 64


def ctypes_chain(library, path):
    """The library by ctypes: a chain's handle, and the functions with their types."""
    lib = ctypes.CDLL(library)
    handle, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, *arguments in (
        ("session_open", ctypes.c_int, ctypes.POINTER(handle), handle),
        ("chain_open", ctypes.c_int, ctypes.POINTER(handle), handle, text, text),
        ("chain_describe", ctypes.c_int, handle, ctypes.c_uint),
        ("chain_get_revision", ctypes.c_uint64, handle),
        ("chain_get_length", ctypes.c_size_t, handle),
        ("chain_get_entry", handle, handle, ctypes.c_size_t),
        ("entry_get_position", ctypes.c_size_t, handle),
        ("entry_get_id", ctypes.c_uint32, handle),
        ("entry_get_name", text, handle),
        ("entry_get_tag", text, handle),
    ):
        function = getattr(lib, f"cgswap_{name}")
        function.restype = result
        function.argtypes = arguments
    session, chain = handle(), handle()
    assert not lib.cgswap_session_open(ctypes.byref(session), None)
    assert not lib.cgswap_chain_open(ctypes.byref(chain), session, path.encode(), b"egress")
    return lib, chain


def best(times):
    """The tenth percentile."""
    return sorted(times)[len(times) // 10]


def compare(title, repeat, target, calls):
    """Times the calls alternately and compares them with the first one."""
    times = {name: [] for name in calls}
    for call in calls.values():
        call(repeat)
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = time.perf_counter_ns()
            call(repeat)
            times[name].append((time.perf_counter_ns() - start) / repeat)
    base = best(next(iter(times.values())))
    print(f"\n{title}")
    for name, found in times.items():
        ratio = best(found) / base
        late = "  above the target" if name == "cgswap" and ratio > target else ""
        print(f"  {name:<34} {best(found):8.0f} ns  {ratio:5.2f}{late}")


def main():
    path = python_extension.make_chain(ENTRIES)
    mine = cgswap.Session().chain(path, "egress")
    theirs = python_extension.Chain(path)
    lib, handle = ctypes_chain(sys.argv[2], path)
    lib.cgswap_chain_describe(handle, 1)

    def revision(repeat):
        for _ in range(repeat):
            mine.revision

    def revision_by_attribute(repeat):
        for _ in range(repeat):
            theirs.revision

    def revision_by_call(repeat):
        for _ in range(repeat):
            theirs.get_revision()

    def revision_by_ctypes(repeat):
        get = lib.cgswap_chain_get_revision
        for _ in range(repeat):
            get(handle)

    def listing(repeat):
        for _ in range(repeat):
            [(e.position, e.id, e.name, e.tag) for e in mine]

    def listing_by_hand(repeat):
        for _ in range(repeat):
            [(e.position, e.id, e.name, e.tag) for e in theirs.entries()]

    def listing_by_ctypes(repeat):
        for _ in range(repeat):
            lib.cgswap_chain_describe(handle, 1)
            for position in range(lib.cgswap_chain_get_length(handle)):
                e = lib.cgswap_chain_get_entry(handle, position)
                (
                    lib.cgswap_entry_get_position(e),
                    lib.cgswap_entry_get_id(e),
                    lib.cgswap_entry_get_name(e).decode(),
                    lib.cgswap_entry_get_tag(e).decode(),
                )

    print(f"Python {sys.version.split()[0]}; tenth percentiles of {ROUNDS} rounds, and ratios.")
    compare("chain.revision; target 1.50", 2000, 1.5, {
        "by hand, an attribute": revision_by_attribute,
        "by hand, a method": revision_by_call,
        "cgswap": revision,
        "ctypes": revision_by_ctypes,
    })
    compare(f"a listing of {ENTRIES} entries; target 1.20", 20, 1.2, {
        "by hand": listing_by_hand,
        "cgswap": listing,
        "ctypes": listing_by_ctypes,
    })


if __name__ == "__main__":
    if os.geteuid():
        sys.exit("python_cost: needs root")
    main()
