-- SPDX-License-Identifier: BSD-2-Clause
-- Lists the programs of one chain by LuaJIT's ffi, without a header or module: the library describes
-- its own interface. luajit abi_luajit.lua CGROUP ATTACH-TYPE
local ffi = require("ffi")

ffi.cdef("const char *cgswap_abi_describe(void);")
local lib = ffi.load("libcgswap.so.0")
ffi.cdef(ffi.string(lib.cgswap_abi_describe()))

-- Exits with the error, if there is one.
local function must(status)
	if status == lib.CGSWAP_OK then
		return
	end
	local err = lib.cgswap_last_error()
	local cause = lib.cgswap_cause_get_name(lib.cgswap_error_get_cause(err))
	local operation = ffi.string(lib.cgswap_error_get_operation(err))
	local message = ffi.string(lib.cgswap_error_get_message(err))
	io.stderr:write(("%s: %s: %s\n"):format(operation, ffi.string(cause), message))
	os.exit(1)
end

-- An out parameter is an array of one. The handle is dropped with the last reference to it.
local function open_session()
	local out = ffi.new("cgswap_session *[1]")
	local opts = ffi.new("struct cgswap_session_opts")
	opts.sz = ffi.sizeof(opts)
	must(lib.cgswap_session_open(out, opts))
	return ffi.gc(out[0], lib.cgswap_session_unref)
end

local function open_chain(session, cgroup, attach_type)
	local out = ffi.new("cgswap_chain *[1]")
	must(lib.cgswap_chain_open(out, session, cgroup, attach_type))
	return ffi.gc(out[0], lib.cgswap_chain_unref)
end

if #arg ~= 2 then
	io.stderr:write("usage: abi_luajit.lua CGROUP ATTACH-TYPE\n")
	os.exit(2)
end
local chain = open_chain(open_session(), arg[1], arg[2])
must(lib.cgswap_chain_describe(chain, lib.CGSWAP_DESCRIBE_PROGRAMS))
for i = 0, tonumber(lib.cgswap_chain_get_length(chain)) - 1 do
	local entry = lib.cgswap_chain_get_entry(chain, i)
	local tag = ffi.string(lib.cgswap_entry_get_tag(entry))
	local name = ffi.string(lib.cgswap_entry_get_name(entry))
	print(("%d %d %s %s"):format(i, lib.cgswap_entry_get_id(entry), tag, name))
end
