-- SPDX-License-Identifier: BSD-2-Clause
-- Each allocation of a Lua state fails in turn: this raises an error, and never crashes or leaks. The
-- embedding program checks descriptors after this script; valgrind and ASan check memory.
local tap, fixture = ...

local path = fixture.cgroup("starving")
fixture.attach(path, fixture.program("p1"))
fixture.attach(path, fixture.program("p2"))
local new = fixture.program("new")

local function survives(name, chunk)
	local before = fixture.chain(path)
	local times = fixture.starve([[local cgswap = require "cgswap" ]] .. chunk, path)
	if not times then
		tap.skip("this Lua state cannot have its own allocator")
		return
	end
	local after = fixture.chain(path)
	tap.ok(times > 10, name .. " fails in many ways")
	tap.ok(#after == #before and after[1] == before[1] and after[2] == before[2],
	       "and changes nothing")
end

survives("opening and listing", [[
	local session = assert(cgswap.session())
	local chain = assert(session:chain(..., "egress"))
	for entry in chain:each() do
		assert(entry.id)
	end
	assert(chain:find("p1"))
]])
survives("an error", [[
	local session = assert(cgswap.session())
	local nothing, message, err = session:chain("/nowhere", "egress")
	assert(err.cause == "cgroup_not_found")
]])

-- There LuaJIT itself crashes if its stack cannot grow when a callback begins: in its unwinder, also
-- without its compiler (2.1.0-beta3).
if jit and jit.arch == "x86" then
	tap.skip("LuaJIT on i386 crashes if a callback runs out of memory")
	return
end
survives("a swap, with callbacks, rolled back", ([[
	local session = assert(cgswap.session())
	assert(session:set_log(function(level, line) assert(level .. line) end))
	local chain = assert(session:chain(..., "egress"))
	local tx = assert(session:replace())
	assert(tx:add(chain, "p1", NEW, { preorder = false }))
	assert(tx:check())
	tx:commit { progress = function(done) assert(tostring(done)) return false end }
	assert(#tx:steps() == 1)
	assert(session:walk(..., function(cgroup) assert(cgroup .. "!") end))
]]):gsub("NEW", tostring(new.id)), nil)
