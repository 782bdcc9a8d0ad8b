-- SPDX-License-Identifier: BSD-2-Clause
-- Commit, roll back, commit again.
local tap, fixture = ...
local cgswap = require "cgswap"

local path = fixture.cgroup("back")
local programs = { fixture.program("p1"), fixture.program("p2"), fixture.program("p3") }
for _, program in ipairs(programs) do
	fixture.attach(path, program)
end
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local new = { fixture.program("n1"), fixture.program("n2") }

local function holds(name, ...)
	local kernel, wanted = fixture.chain(path), { ... }
	local same = #kernel == #wanted
	for i, program in ipairs(wanted) do
		same = same and kernel[i] == program.id
	end
	tap.ok(same, name)
end

local tx = assert(session:replace())
tap.is(tx:add(chain, "p1", assert(session:program("fd:" .. new[1].fd))), true, "add a program")
tap.is(tx:add(chain, "p3", "fd:" .. new[2].fd), true, "add a source")
for round = 1, 3 do
	tap.is(tx:commit(), true, "commit " .. round)
	holds("the new ones stand there", new[1], programs[2], new[2])
	tap.is(tx:step(0).state, "done", "the first step is done")
	tap.is(tx:step(1).state, "done", "the second too")
	tap.is(tx:rollback(), true, "roll back " .. round)
	holds("the old ones are back", programs[1], programs[2], programs[3])
	tap.is(tx:step(1).state, "undone", "a step is undone")
end

-- What others put there since is left alone.
assert(tx:commit())
local theirs = fixture.program("theirs")
fixture.replace(path, new[1], theirs)
tap.refused("rollback_incomplete", "roll back where another one stands", tx:rollback())
holds("theirs stays, ours is put back", theirs, programs[2], programs[3])
tap.is(tx:step(0).state, "failed", "the step failed")
tap.ok(tx:step(0).cause, "and keeps its cause")

-- One swap can be rolled back as well.
local done = assert(chain:replace("p2", new[1].id))
holds("a swap", theirs, new[1], programs[3])
tap.is(done:rollback(), true, "its roll-back")
holds("is undone", theirs, programs[2], programs[3])

-- Left by an error, a block puts back what it committed; left without one it does not. Before 5.4,
-- which has <close>, its metamethod is called by hand.
local with_close = (loadstring or load) [[
	local tx, fail = ...
	do
		local tx <close> = tx
		assert(tx:commit())
		if fail then error(fail, 0) end
	end
]] or function(tx, fail)
	assert(tx:commit())
	getmetatable(tx).__close(tx, fail)
	if fail then
		error(fail, 0)
	end
end
tx = assert(session:replace())
assert(tx:add(chain, "p2", new[1].id))
tap.raises("boom", "a block left by an error", with_close, tx, "boom")
holds("put back what it had committed", theirs, programs[2], programs[3])
tap.refused("handle_closed", "the replace is closed", tx:commit())
tx = assert(session:replace())
assert(tx:add(chain, "p2", new[1].id))
with_close(tx)
holds("a block left without one", theirs, new[1], programs[3])

-- Where putting back fails, that is raised, with the error that led there.
local back = assert(chain:replace("n1", programs[2].id))
fixture.replace(path, programs[2], new[1])
local raised = tap.raises("", "a block whose roll-back fails", getmetatable(back).__close, back, "boom")
tap.is(type(raised) == "table" and raised.cause, "rollback_incomplete", "raises that")
tap.is(type(raised) == "table" and raised.during, "boom", "and keeps the error that led there")
