-- SPDX-License-Identifier: BSD-2-Clause
-- Several cgroups in one transaction: all of them or none; each step has its state and its cause.
local tap, fixture = ...
local cgswap = require "cgswap"

local COUNT = 5
local session = assert(cgswap.session())
local paths, chains, old = {}, {}, {}
for i = 1, COUNT do
	paths[i] = fixture.cgroup("many" .. i)
	old[i] = fixture.program("old")
	fixture.attach(paths[i], old[i])
	chains[i] = assert(session:chain(paths[i], "egress"))
end
local new = fixture.program("new")

local function all_hold(name, id_of)
	local same = true
	for i = 1, COUNT do
		local kernel = fixture.chain(paths[i])
		same = same and #kernel == 1 and kernel[1] == id_of(i)
	end
	tap.ok(same, name)
end
local function is_old(i) return old[i].id end
local function is_new() return new.id end

local tx = assert(session:replace())
for i = 1, COUNT do
	assert(tx:add(chains[i], "old", new.id))
end
tap.is(#tx, COUNT, "as many steps as cgroups")
tap.is(tx:check(), true, "check")
tap.is(tx:commit(), true, "commit")
all_hold("all have the new program", is_new)
for i, step in ipairs(tx:steps()) do
	tap.is(step.state, "done", "step " .. i)
	tap.is(step.chain:cgroup(), paths[i], "its cgroup")
	tap.is(step.old_id, old[i].id, "its old program")
end
tap.is(tx:rollback(), true, "the rollback succeeds")
all_hold("all have the old program again", is_old)

-- The fourth step fails, so none is done.
fixture.detach(paths[4], old[4])
fixture.attach(paths[4], fixture.program("stranger"))
local err = tap.refused("lost_race", "a step that fails", tx:commit())
tap.has(err.message, paths[4], "the message has the cgroup")
local states = {}
for i, step in ipairs(tx:steps()) do
	states[i] = step.state
end
tap.is(table.concat(states, " "), "undone undone undone failed undone", "the state of each step")
tap.is(tx:step(3).cause, "lost_race", "the failed step has the cause")
tap.is(tx:step(0).cause, nil, "the others have none")
for i = 1, 3 do
	tap.is(fixture.chain(paths[i])[1], old[i].id, "the old program is attached again in " .. i)
end

-- add fails at once where the error is already known.
tap.refused("not_attached", "a step for a program that is not attached", tx:add(chains[1], "absent", new.id))
tap.is(#tx, COUNT, "it is not added")
tap.raises("cgswap.chain expected, got string", "a path instead of a chain", tx.add, tx, paths[1], "old",
	   new.id)
