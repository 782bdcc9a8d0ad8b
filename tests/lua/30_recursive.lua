-- SPDX-License-Identifier: BSD-2-Clause
-- A transaction over all cgroups below one: groups, events, and waves with a health check.
local tap, fixture = ...
local cgswap = require "cgswap"

local COUNT = 4
local session = assert(cgswap.session())
local top = fixture.cgroup("recursive")
local old, new = fixture.program("old"), fixture.program("new")
local paths = {}
for i = 1, COUNT do
	paths[i] = fixture.child(top, "c" .. i)
	fixture.attach(paths[i], old)
end

local function all_have(program, name)
	local same = true
	for i = 1, COUNT do
		same = same and fixture.chain(paths[i])[1] == program.id
	end
	tap.ok(same, name)
end

local tx = assert(session:replace())
tap.refused("not_attached", "a name that none has", tx:add_recursive(top, "egress", "nothing", new.id))
tap.refused("bad_argument", "a position", tx:add_recursive(top, "egress", "pos:0", new.id))
assert(tx:add_recursive(top, "egress", "old", new.id, { match = "c[12]" }))
tap.is(#tx, 2, "two cgroups match")
assert(tx:add_recursive(top, "egress", old.id, new.id, { any_tag = true }))
tap.is(#tx, COUNT, "all of them")
tap.is(tx[COUNT].chain:cgroup(), paths[COUNT], "the steps have chains")
local groups = tx:groups()
tap.is(#groups, 1, "one group")
tap.is(groups[1].old_id, old.id, "of the old program")
tap.is(groups[1].name, "old", "with its name")
tap.is(groups[1].new_id, new.id, "by the new one")
tap.is(groups[1].length, COUNT, "of all cgroups")

local kinds, last = {}, nil
assert(tx:commit { check_first = true, event = function(event)
	kinds[#kinds + 1] = event.kind
	last = event
end })
tap.is(table.concat(kinds, " "), ("checked "):rep(COUNT) .. ("step done "):rep(COUNT):sub(1, -2), "the events")
tap.is(last.done, COUNT, "the last one: done")
tap.is(last.total, COUNT, "total")
tap.is(last.cgroup, paths[COUNT], "its cgroup")
tap.is(last.step, COUNT - 1, "its step")
all_have(new, "all are replaced")
assert(tx:rollback())

local asked = {}
local good, _, err = tx:commit { health = function(event)
	asked[#asked + 1] = event.done
	return event.done < 2, "it hurts"
end }
tap.is(good, nil, "a check says no")
tap.is(err.cause, "health_check_failed", "the cause")
tap.has(err.message, "it hurts", "the error has the text")
tap.is(table.concat(asked, " "), "1 2", "after the first two waves")
all_have(old, "all are put back")
tap.refused("health_check_failed", "a text is a no", tx:commit { canary = 2, health = function() return "no" end })
tap.refused("cancelled", "an event can cancel", tx:commit { event = function() return false end })
local mine = {}
good, err = pcall(tx.commit, tx, { health = function() error(mine) end })
tap.ok(not good and err == mine, "an error in a check is raised unchanged")
good, err = pcall(tx.commit, tx, { event = function() error(mine) end })
tap.ok(not good and err == mine, "and one in an event")
all_have(old, "all are put back")
tap.raises("function expected, got string", "a check that is not a function", tx.commit, tx, { health = "x" })

local waves = {}
assert(tx:commit { canary = "50%", soak_ms = 1, follow_ms = 1, event = function(event)
	if event.kind == "wave" then
		waves[#waves + 1] = event.done
	end
end })
tap.is(table.concat(waves, " "), "2 4", "two waves")
assert(tx:rollback())
all_have(old, "all are put back")
