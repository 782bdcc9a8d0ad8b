#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lists the programs of one chain by cffi, without a header, module or compiler: the library describes
its own interface. abi_cffi.py CGROUP ATTACH-TYPE"""

import sys

from cffi import FFI

LIBRARY = "libcgswap.so.0"


def load():
    """Loads the library with all its declarations."""
    first = FFI()
    first.cdef("const char *cgswap_abi_describe(void);")
    ffi = FFI()
    ffi.cdef(first.string(first.dlopen(LIBRARY).cgswap_abi_describe()).decode())
    return ffi, ffi.dlopen(LIBRARY)


ffi, lib = load()


def text(pointer):
    return ffi.string(pointer).decode(errors="backslashreplace")


def must(status):
    """Exits with the error, if there is one."""
    if status == lib.CGSWAP_OK:
        return
    error = lib.cgswap_last_error()
    cause = text(lib.cgswap_cause_get_name(lib.cgswap_error_get_cause(error)))
    operation = text(lib.cgswap_error_get_operation(error))
    sys.exit(f"{operation}: {cause}: {text(lib.cgswap_error_get_message(error))}")


def open_session():
    out = ffi.new("cgswap_session **")
    opts = ffi.new("struct cgswap_session_opts *", {"sz": ffi.sizeof("struct cgswap_session_opts")})
    must(lib.cgswap_session_open(out, opts))
    return ffi.gc(out[0], lib.cgswap_session_unref)


def open_chain(session, cgroup, attach_type):
    out = ffi.new("cgswap_chain **")
    must(lib.cgswap_chain_open(out, session, cgroup.encode(), attach_type.encode()))
    return ffi.gc(out[0], lib.cgswap_chain_unref)


def main(cgroup, attach_type):
    session = open_session()
    chain = open_chain(session, cgroup, attach_type)
    must(lib.cgswap_chain_describe(chain, lib.CGSWAP_DESCRIBE_PROGRAMS))
    for position in range(lib.cgswap_chain_get_length(chain)):
        entry = lib.cgswap_chain_get_entry(chain, position)
        print(position, lib.cgswap_entry_get_id(entry), text(lib.cgswap_entry_get_tag(entry)),
              text(lib.cgswap_entry_get_name(entry)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: abi_cffi.py CGROUP ATTACH-TYPE")
    main(*sys.argv[1:])
