-- SPDX-License-Identifier: BSD-2-Clause
-- Callbacks: progress stops a commit, log lines arrive, a walk visits cgroups; an error in one comes
-- through after the library has put things in order.
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
untouched("what was done is put back")

local mine = { "an error of my own" }
local good, raised = pcall(tx.commit, tx, { progress = function(done)
	if done == 2 then error(mine) end
end })
tap.ok(not good and raised == mine, "an error in progress comes through unchanged")
untouched("and what was done is put back")
good, raised = pcall(tx.commit, tx, { progress = function() error(nil) end })
tap.ok(not good and raised == nil, "even one that is nil")
good = pcall(tx.commit, tx, { progress = function() coroutine.yield() end })
tap.ok(not good, "a callback cannot yield")
untouched("and nothing changed")
local inside = coroutine.wrap(function() return tx:commit { progress = function() end } end)
tap.is(inside(), true, "commit in a coroutine")
assert(tx:rollback())

-- A callback calls back into its object, and into others.
local answers = {}
tap.is(tx:commit { progress = function(done)
	if done == 1 then
		answers.commit = { tx:commit() }
		answers.close = { tx:close() }
		answers.session = { session:close() }
		answers.other = { chains[1]:read() }
		answers.steps = tx:steps()
	end
end }, true, "a commit whose callback calls back")
tap.refused("handle_in_use", "commit within commit", (table.unpack or unpack)(answers.commit, 1, 3))
tap.refused("handle_in_use", "close within commit", (table.unpack or unpack)(answers.close, 1, 3))
tap.refused("handle_in_use", "close of the session", (table.unpack or unpack)(answers.session, 1, 3))
tap.is(answers.other[1] ~= nil or answers.other[3].cause == "handle_in_use", true,
       "another object answers")
tap.is(#answers.steps, COUNT, "steps can be read meanwhile")
assert(tx:rollback())
tx:cancel()
tap.refused("cancelled", "a cancel stops the next commit", tx:commit())
tap.is(tx:commit(), true, "and only that")
assert(tx:rollback())
calls = 0
assert(assert(chains[1]:replace("old", new.id, { progress = function() calls = calls + 1 end }))
	:rollback())
tap.is(calls, 1, "progress of a single swap")
tap.raises("function expected, got string", "progress that is no function", tx.commit, tx,
	   { progress = "often" })
tap.raises("unknown option 'progres'", "an unknown option", tx.commit, tx, { progres = print })
tap.is(tx:commit {}, true, "no progress at all")
assert(tx:rollback())

-- the log: the library tells when it had to try in order to learn an entry's preorder
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
	tap.skip("this kernel has no preorder, of which the log would tell")
else
	tap.is(session:set_log(note), true, "set_log")
	tap.is(log_a_line(), true, "a step that is told of")
	tap.has(lines[1], "preorder", "a line of the log arrives")
	tap.is(lines[1]:find("\n"), nil, "without a newline")
	tap.is(levels.info, true, "with its level by name")
	coroutine.wrap(function()
		session:set_log(function(_, line) lines[#lines + 1] = "co: " .. line end)
	end)()
	collectgarbage()
	collectgarbage()
	lines = {}
	assert(log_a_line())
	tap.has(lines[1], "co: ", "to a log set by a coroutine that is gone")
	local from_inside = coroutine.wrap(log_a_line)
	tap.is(from_inside(), true, "and from a call in a coroutine")
	tap.is(#lines, 2, "a line arrives")
	session:set_log(function() error(mine) end)
	good, raised = pcall(log_a_line)
	tap.ok(not good and raised == mine, "an error in the log comes through")
	local inner
	session:set_log(function()
		inner = inner or { session:close() }
		session:set_log(function() end)
	end)
	tap.is(log_a_line(), true, "a log that closes the session")
	tap.refused("handle_in_use", "cannot", (table.unpack or unpack)(inner, 1, 3))
	tap.is(session:set_log(nil), true, "no log any more")
	lines = {}
	tap.is(log_a_line(), true, "and the same")
	tap.is(#lines, 0, "no line arrives")
end
tap.raises("function expected, got string", "a log that is no function", session.set_log, session,
	   "stderr")

-- the walk
local visited = {}
tap.is(session:walk(top, function(path) visited[#visited + 1] = path end), true, "walk")
tap.is(visited[1], top, "parents first")
tap.is(visited[2], paths[1], "siblings by name")
tap.is(#visited, COUNT + 1, "all of them")
visited = {}
tap.refused("cancelled", "a walk that is ended", session:walk(top, function(path)
	visited[#visited + 1] = path
	return #visited < 2
end))
tap.is(#visited, 2, "goes no further")
good, raised = pcall(session.walk, session, top, function() error(mine) end)
tap.ok(not good and raised == mine, "an error in a walk comes through")
local lengths = 0
assert(session:walk(top, function(path) lengths = lengths + #assert(session:chain(path, "egress")) end))
tap.is(lengths, COUNT, "a walk may use its session")
tap.refused("cancelled", "a walk without a cgroup", session:walk(function(path)
	visited.mount = path
	return false
end))
tap.is(visited.mount, fixture.mount(), "begins at the mount")
tap.refused("cgroup_not_found", "a walk of what is not there", session:walk("/nowhere/at/all", print))
tap.raises("function expected, got nothing", "a walk without a function", session.walk, session, top)
