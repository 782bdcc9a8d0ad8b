-- SPDX-License-Identifier: BSD-2-Clause
-- A hundred thousand objects are made and dropped in random order, with forced collections: memory and
-- descriptors do not grow.
local tap, fixture = ...
local cgswap = require "cgswap"

local COUNT, ALIVE, SETTLED = 100000, 100, 40000
local path = fixture.cgroup("stress")
local programs = { fixture.program("p1"), fixture.program("p2") }
for _, program in ipairs(programs) do
	fixture.attach(path, program)
end
local spare = fixture.program("spare")
local seed = tonumber(os.getenv("SEED")) or os.time()
math.randomseed(seed)

local function resident()
	local file = assert(io.open("/proc/self/statm"))
	local pages = file:read("*l"):match("^%d+ (%d+)")
	file:close()
	return tonumber(pages) * 4
end

local slots = {}
local session = assert(cgswap.session())
local program = assert(session:program("fd:" .. spare.fd))
local object_file = fixture.build("tests/bpf/object/metadata.bpf.o")
local function any(kind)
	for _ = 1, 4 do
		local slot = slots[math.random(ALIVE)]
		if slot and slot.kind == kind then
			return slot.object
		end
	end
end
local function a_chain() return any("chain") or assert(session:chain(path, "egress")) end

local makers = {
	function() return "session", assert(cgswap.session()) end,
	function() return "chain", assert((any("session") or session):chain(path, "egress")) end,
	function() return "chain", assert(session:chain(path, "egress")) end,
	function() return "program", assert((any("session") or session):program("fd:" .. spare.fd)) end,
	function()
		local tx = assert(session:replace())
		local chain = assert(session:chain(path, "egress"))
		assert(tx:add(chain, "p1", spare.id))
		return "replace", tx
	end,
	function()
		if any("link") or #fixture.chain(path) > 40 then
			return "nothing", {}
		end
		return "link", assert(session:chain(path, "egress"):attach(program, { link = true }))
	end,
	function() return "object", assert((any("session") or session):object(object_file)) end,
	function() return "step", assert(a_chain():entries()) end,
	function() return "iteration", a_chain():each() end,
	function()
		local one = assert(cgswap.session())
		one:set_log(function() return one end) -- a cycle
		return "session", one
	end,
	function() return "error", select(3, a_chain():find("absent")) end,
	function()
		local tx = any("replace") or assert(session:replace())
		return "steps", tx:steps()
	end,
}

local made, before, descriptors = 0, nil, nil
while made < COUNT do
	local kind, object = makers[math.random(#makers)]()
	made = made + 1
	slots[math.random(ALIVE)] = { kind = kind, object = object }
	if made % 1000 == 0 then
		collectgarbage(({ "collect", "step" })[math.random(2)])
	end
	if made == SETTLED then
		collectgarbage()
		before = resident()
		descriptors = fixture.descriptors()
	end
end
collectgarbage()
collectgarbage()
local grown = resident() - before
tap.is(made, COUNT, "a hundred thousand objects")
tap.diag(("seed %d: memory from %d kB, %+d kB"):format(seed, before, grown))
if fixture.sanitized then
	tap.diag("memory is checked in the plain build: sanitizers keep freed memory")
else
	-- the heap's fragments differ by a megabyte from seed to seed; 36 bytes an object would be more
	tap.ok(grown < 2048, "memory does not grow")
end
tap.ok(math.abs(fixture.descriptors() - descriptors) < 3 * ALIVE, "descriptors do not grow")
slots, session, program = nil, nil, nil
collectgarbage()
collectgarbage()
-- a link may stay attached for a moment after its last descriptor is closed
local till = os.time() + 5
while #fixture.chain(path) ~= 2 and os.time() < till do
end
tap.is(#fixture.chain(path), 2, "nothing was changed")
