-- SPDX-License-Identifier: BSD-2-Clause
-- The progress callback stops a commit, the log callback gets lines, a walk visits cgroups; an error in a
-- callback is raised after the library has restored the chains.
local tap, fixture = ...
local cgswap = require "cgswap"

local COUNT = 4
local session = assert(cgswap.session())
local top = fixture.cgroup("callbacks")
local paths, chains, old = {}, {}, {}
for i = 1, COUNT do
	paths[i] = fixture.child(top, "c" .. i)
	old[i] = fixture.program("old")
	fixture.attach(paths[i], old[i])
	chains[i] = assert(session:chain(paths[i], "egress"))
end
local new = fixture.program("new")

local function transaction()
	local tx = assert(session:replace())
	for i = 1, COUNT do
		assert(tx:add(chains[i], "old", new.id))
	end
	return tx
end
local function untouched(name)
	local same = true
	for i = 1, COUNT do
		same = same and fixture.chain(paths[i])[1] == old[i].id
	end
	tap.ok(same, name)
end

-- progress
local calls = {}
local tx = transaction()
tap.is(tx:commit { progress = function(done, total)
	calls[#calls + 1] = done .. "/" .. total
end }, true, "commit with progress")
tap.is(table.concat(calls, " "), "0/4 1/4 2/4 3/4", "it is called before each step")
assert(tx:rollback())

tap.refused("cancelled", "progress that returns false", tx:commit { progress = function(done)
	return done < 2
end })
untouched("the swapped programs are restored")

local mine = { "an error of my own" }
local good, raised = pcall(tx.commit, tx, { progress = function(done)
	if done == 2 then error(mine) end
end })
tap.ok(not good and raised == mine, "an error in progress is raised unchanged")
untouched("the swapped programs are restored")
good, raised = pcall(tx.commit, tx, { progress = function() error(nil) end })
tap.ok(not good and raised == nil, "an error of nil is raised too")
good = pcall(tx.commit, tx, { progress = function() coroutine.yield() end })
tap.ok(not good, "a callback cannot yield")
untouched("nothing changed")
local inside = coroutine.wrap(function() return tx:commit { progress = function() end } end)
tap.is(inside(), true, "commit in a coroutine")
assert(tx:rollback())

-- A callback makes calls on its own object and on others.
local answers = {}
tap.is(tx:commit { progress = function(done)
	if done == 1 then
		answers.commit = { tx:commit() }
		answers.close = { tx:close() }
		answers.session = { session:close() }
		answers.other = { chains[1]:read() }
		answers.steps = tx:steps()
	end
end }, true, "a commit whose callback calls the library")
tap.refused("handle_in_use", "commit within the commit", (table.unpack or unpack)(answers.commit, 1, 3))
tap.refused("handle_in_use", "close within the commit", (table.unpack or unpack)(answers.close, 1, 3))
tap.refused("handle_in_use", "close of the session", (table.unpack or unpack)(answers.session, 1, 3))
tap.is(answers.other[1] ~= nil or answers.other[3].cause == "handle_in_use", true,
       "another object works")
tap.is(#answers.steps, COUNT, "steps can be read")
assert(tx:rollback())
tx:cancel()
tap.refused("cancelled", "a cancel stops the next commit", tx:commit())
tap.is(tx:commit(), true, "but not the one after it")
assert(tx:rollback())
calls = 0
assert(assert(chains[1]:replace("old", new.id, { progress = function() calls = calls + 1 end }))
	:rollback())
tap.is(calls, 1, "progress of a single swap")
tap.raises("function expected, got string", "progress that is not a function", tx.commit, tx,
	   { progress = "often" })
tap.raises("unknown option 'progres'", "an unknown option", tx.commit, tx, { progres = print })
tap.is(tx:commit {}, true, "commit without progress")
assert(tx:rollback())

-- log: the library logs a line when it must probe an entry's preorder
local logged = fixture.cgroup("log")
fixture.attach(logged, fixture.program("early"), "preorder")
local early = assert(session:chain(logged, "egress"))
local function log_a_line()
	local one = assert(session:replace())
	return one:add(early, "early", new.id)
end
local lines, levels = {}, {}
local function note(level, line)
	levels[level] = true
	lines[#lines + 1] = line
end
if not session:has("preorder") then
	tap.skip("this kernel has no preorder, about which the library would log")
else
	tap.is(session:set_log(note), true, "set_log")
	tap.is(log_a_line(), true, "a step that logs")
	tap.has(lines[1], "preorder", "the log function gets a line")
	tap.is(lines[1]:find("\n"), nil, "the line has no newline")
	tap.is(levels.info, true, "the level is a name")
	coroutine.wrap(function()
		session:set_log(function(_, line) lines[#lines + 1] = "co: " .. line end)
	end)()
	collectgarbage()
	collectgarbage()
	lines = {}
	assert(log_a_line())
	tap.has(lines[1], "co: ", "a log function set by a coroutine that has ended")
	local from_inside = coroutine.wrap(log_a_line)
	tap.is(from_inside(), true, "a call in a coroutine")
	tap.is(#lines, 2, "the log function gets a line")
	session:set_log(function() error(mine) end)
	good, raised = pcall(log_a_line)
	tap.ok(not good and raised == mine, "an error in the log function is raised")
	local inner
	session:set_log(function()
		inner = inner or { session:close() }
		session:set_log(function() end)
	end)
	tap.is(log_a_line(), true, "a log function that closes the session")
	tap.refused("handle_in_use", "closing it fails", (table.unpack or unpack)(inner, 1, 3))
	tap.is(session:set_log(nil), true, "the log function is removed")
	lines = {}
	tap.is(log_a_line(), true, "the same step")
	tap.is(#lines, 0, "nothing is logged")
end
tap.raises("function expected, got string", "a log that is not a function", session.set_log, session,
	   "stderr")

-- walk
local visited = {}
tap.is(session:walk(top, function(path) visited[#visited + 1] = path end), true, "walk")
tap.is(visited[1], top, "parents first")
tap.is(visited[2], paths[1], "siblings by name")
tap.is(#visited, COUNT + 1, "all of them")
visited = {}
tap.refused("cancelled", "a walk that its function stops", session:walk(top, function(path)
	visited[#visited + 1] = path
	return #visited < 2
end))
tap.is(#visited, 2, "it goes no further")
good, raised = pcall(session.walk, session, top, function() error(mine) end)
tap.ok(not good and raised == mine, "an error in a walk is raised")
local lengths = 0
assert(session:walk(top, function(path) lengths = lengths + #assert(session:chain(path, "egress")) end))
tap.is(lengths, COUNT, "a walk may use its session")
tap.refused("cancelled", "a walk without a path", session:walk(function(path)
	visited.mount = path
	return false
end))
tap.is(visited.mount, fixture.mount(), "begins at the mount")
tap.refused("cgroup_not_found", "a walk of a missing cgroup", session:walk("/nowhere/at/all", print))
tap.raises("function expected, got nothing", "a walk without a function", session.walk, session, top)
