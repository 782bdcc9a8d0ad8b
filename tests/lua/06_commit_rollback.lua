-- SPDX-License-Identifier: BSD-2-Clause
-- A transaction is committed, rolled back and committed again.
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
	holds("the new programs are attached", new[1], programs[2], new[2])
	tap.is(tx:step(0).state, "done", "the first step is done")
	tap.is(tx:step(1).state, "done", "the second step is done")
	tap.is(tx:rollback(), true, "roll back " .. round)
	holds("the old programs are attached again", programs[1], programs[2], programs[3])
	tap.is(tx:step(1).state, "undone", "a step's state is undone")
end

-- The retry time of a commit and of a session.
for _, time in ipairs { 0, 500 } do
	tap.is(tx:commit { retry_time_ms = time }, true, "commit with a retry time of " .. time)
	tap.is(tx:rollback(), true, "roll back")
end
tap.raises("'retry_time_ms': an integer from 0 to 2147483647 expected, got string", "a retry time in words", tx.commit, tx,
	{ retry_time_ms = "long" })
tap.raises("'retry_time_ms': an integer from 0 to 2147483647 expected, got -1", "a negative one", tx.commit, tx, { retry_time_ms = -1 })
assert(cgswap.session { retry_time_ms = 500 }):close()

-- A rollback does not touch what others have changed.
assert(tx:commit())
local theirs = fixture.program("theirs")
fixture.replace(path, new[1], theirs)
tap.refused("rollback_incomplete", "rollback at a position that another program has", tx:rollback())
holds("the other program stays, the rest is restored", theirs, programs[2], programs[3])
tap.is(tx:step(0).state, "failed", "the step failed")
tap.ok(tx:step(0).cause, "and has a cause")

-- A single swap can be rolled back too.
local done = assert(chain:replace("p2", new[1].id))
holds("a swap", theirs, new[1], programs[3])
tap.is(done:rollback(), true, "its rollback")
holds("it is undone", theirs, programs[2], programs[3])

-- A block that ends with an error rolls back its commit; one that ends normally does not. Before 5.4,
-- which has <close>, the test calls the metamethod.
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
tap.raises("boom", "a block that ends with an error", with_close, tx, "boom")
holds("its commit is rolled back", theirs, programs[2], programs[3])
tap.refused("handle_closed", "the replace is closed", tx:commit())
tx = assert(session:replace())
assert(tx:add(chain, "p2", new[1].id))
with_close(tx)
holds("a block that ends normally", theirs, new[1], programs[3])

-- If the rollback fails, its error is raised, with the original error inside.
local back = assert(chain:replace("n1", programs[2].id))
fixture.replace(path, programs[2], new[1])
local raised = tap.raises("", "a block whose rollback fails", getmetatable(back).__close, back, "boom")
tap.is(type(raised) == "table" and raised.cause, "rollback_incomplete", "raises the rollback's error")
tap.is(type(raised) == "table" and raised.during, "boom", "which has the original error")
