-- SPDX-License-Identifier: BSD-2-Clause
-- Times calls of the Lua module, of a handwritten module and of LuaJIT's ffi. Batches alternate in one run,
-- and the tenth percentiles are compared, since the fastest batches are undisturbed.
local cgroup, by_hand, now = ...
local cgswap = require "cgswap"

local BATCHES = 200
local ffi = jit and require "ffi"

local session = assert(cgswap.session())
local ours = assert(session:chain(cgroup, "egress"))
local theirs = assert(by_hand.open(cgroup))

-- By ffi, with the declarations of cgswap.abi_describe().
local by_ffi = {}
if ffi then
	ffi.cdef(cgswap.abi_describe())
	local lib = ffi.load("libcgswap.so.0")
	local out = ffi.new("cgswap_session *[1]")
	assert(lib.cgswap_session_open(out, nil) == 0)
	local chain = ffi.new("cgswap_chain *[1]")
	assert(lib.cgswap_chain_open(chain, out[0], cgroup, "egress") == 0)
	chain = chain[0]

	function by_ffi.revision()
		return tonumber(lib.cgswap_chain_get_revision(chain))
	end

	local function entry_of(entry)
		local maps = {}
		for i = 1, tonumber(lib.cgswap_entry_get_map_count(entry)) do
			maps[i] = lib.cgswap_entry_get_map_id(entry, i - 1)
		end
		return {
			position = tonumber(lib.cgswap_entry_get_position(entry)),
			id = lib.cgswap_entry_get_id(entry),
			name = ffi.string(lib.cgswap_entry_get_name(entry)),
			tag = ffi.string(lib.cgswap_entry_get_tag(entry)),
			type = ffi.string(lib.cgswap_entry_get_type(entry)),
			link_id = lib.cgswap_entry_get_link_id(entry),
			preorder = tonumber(lib.cgswap_entry_get_preorder(entry)),
			loaded_at = tonumber(lib.cgswap_entry_get_loaded_at(entry)),
			uid = lib.cgswap_entry_get_uid(entry),
			run_count = tonumber(lib.cgswap_entry_get_run_count(entry)),
			run_time_ns = tonumber(lib.cgswap_entry_get_run_time_ns(entry)),
			maps = maps,
		}
	end

	function by_ffi.list()
		assert(lib.cgswap_chain_describe(chain, lib.CGSWAP_DESCRIBE_ALL) == 0)
		local list = {}
		for i = 1, tonumber(lib.cgswap_chain_get_length(chain)) do
			list[i] = entry_of(lib.cgswap_chain_get_entry(chain, i - 1))
		end
		return list
	end

	function by_ffi.read_and_list()
		assert(lib.cgswap_chain_read(chain) == 0)
		return by_ffi.list()
	end
end

local function batch(call, calls)
	local start = now()
	for _ = 1, calls do
		call()
	end
	return (now() - start) / calls
end

local function tenth(times)
	table.sort(times)
	return times[math.floor(#times / 10)]
end

local function measure(what, calls, target, of)
	local times = { {}, {}, {} }
	for i = 1, 3 do
		if of[i] then batch(of[i], calls) end
	end
	for _ = 1, BATCHES do
		for i = 1, 3 do
			if of[i] then
				times[i][#times[i] + 1] = batch(of[i], calls)
			end
		end
	end
	local module, hand = tenth(times[1]), tenth(times[2])
	local beside = of[3] and ("%7.0f ns"):format(tenth(times[3])) or "         -"
	print(("%-10s  %-26s %7.0f ns %7.0f ns  %5.2f %s  %s"):format(ffi and "LuaJIT" or _VERSION, what,
		module, hand, module / hand, beside, module / hand <= target and "" or
		("above the target of %.2f"):format(target)))
end

print(("%-10s  %-26s %10s %10s  %5s %10s"):format("", "64 programs", "module", "by hand", "ratio", "ffi"))
measure("chain:revision()", 2000, 1.5, {
	function() return ours:revision() end,
	function() return theirs:revision() end,
	by_ffi.revision,
})
measure("a listing", 20, 1.2, {
	function() return ours:entries() end,
	function() return theirs:entries() end,
	by_ffi.list,
})
measure("a listing of a new snapshot", 5, 1.2, {
	function() ours:read() return ours:entries() end,
	function() theirs:read() return theirs:entries() end,
	by_ffi.read_and_list,
})
