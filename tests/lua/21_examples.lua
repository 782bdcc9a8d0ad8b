-- SPDX-License-Identifier: BSD-2-Clause
-- The examples run unchanged on a chain of this test.
local tap, fixture = ...

local object = fixture.build("tests/bpf/object/one_program.bpf.o")
local setfenv = setfenv -- luacheck: ignore

-- Runs an example. Returns its output, its stderr, and its end: true, an exit status, or an error.
local function run(name, ...)
	local out, err = {}, {}
	local stderr = {}
	function stderr.write(_, ...)
		err[#err + 1] = table.concat { ... }
		return stderr
	end
	local example = setmetatable({
		arg = { ... },
		print = function(...)
			local words = {}
			for i = 1, select("#", ...) do
				words[i] = tostring((select(i, ...)))
			end
			out[#out + 1] = table.concat(words, " ")
		end,
		io = { stderr = stderr },
		os = { execute = os.execute, exit = function(status) error { status = status } end },
	}, { __index = _G })
	local chunk, message = loadfile(fixture.source("examples/" .. name .. ".lua"), "t", example)
	assert(chunk, message)
	if setfenv then
		setfenv(chunk, example)
	end
	local good, ending = pcall(chunk)
	return table.concat(out, "\n"), table.concat(err),
	       good or type(ending) == "table" and ending.status or ending
end

local passed, complaints, finished = run("unit_test")
tap.is(finished, true, "the unit test passes")
tap.is(select(2, passed:gsub("passed: ", "")), 3, "all of it")
tap.is(complaints, "", "without a word on stderr")

local path = fixture.cgroup("examples")
local programs = {}
for i = 0, 2 do
	programs[i] = fixture.program("p" .. i)
	fixture.attach(path, programs[i])
end
local before = fixture.chain(path)
local function holds(name, middle)
	local now = fixture.chain(path)
	tap.ok(#now == 3 and now[1] == programs[0].id and now[3] == programs[2].id and
	       (middle == nil or now[2] == middle), name)
	return now[2]
end

local out, err, ending = run("list", path, "egress")
tap.is(ending, true, "list")
for i = 0, 2 do
	tap.has(out, ("%d %d %s p%d -"):format(i, programs[i].id, programs[i].tag, i), "prints the chain")
end
out, err, ending = run("list", path .. "/nowhere", "egress")
tap.has(ending, "/nowhere", "prints the error for a missing cgroup")
tap.is(select(3, run("list")), 2, "prints its usage")

out, err, ending = run("dry_run", path, "egress", "name:p1", object)
tap.is(ending, true, "dry_run")
tap.has(out, "yes: ", "says yes")
tap.has(out, "map counters: not reused: ", "lists the maps")
out, err, ending = run("dry_run", path, "egress", "name:absent", object)
tap.is(ending, 1, "dry_run of an absent program")
tap.has(out, "no: not_attached: ", "says no, and the cause")
tap.is(fixture.chain(path).revision, before.revision, "changes nothing")

out, err, ending = run("roll_back", path, "egress", "name:p1", object, "false")
tap.is(ending, 1, "roll_back with a failing check")
tap.has(err, "false failed", "says so")
holds("restores the old program", programs[1].id)
out, err, ending = run("roll_back", path, "egress", "name:p1", object, "true")
tap.is(ending, true, "roll_back with a succeeding check")
tap.has(out, "the new program stays", "says so")
tap.ok(holds("leaves the new program attached") ~= programs[1].id, "it is another program")

out, err, ending = run("swap", path, "egress", "name:count_all", "fd:" .. programs[1].fd)
tap.is(ending, true, "swap")
tap.has(out, ("by %d at position 1"):format(programs[1].id), "says what it did")
holds("the program was swapped", programs[1].id)
out, err, ending = run("swap", path, "egress", "absent", object)
tap.is(ending, 1, "swap of an absent program")
tap.has(err, "swap: not_attached: ", "prints the cause")

local telling = fixture.build("tests/bpf/object/metadata.bpf.o")
out, err, ending = run("try_out", path, "egress", telling, "0.01")
tap.is(ending, true, "try_out")
tap.has(out, "version: 2.1", "prints the program's metadata")
tap.has(out, " is attached at position 3 by link ", "prints its position")
tap.has(out, " is detached again", "prints that it is detached")
tap.has(select(3, run("try_out", path, "egress", "/none.o", "0")), "/none.o", "prints the error for a missing object")

local top = fixture.cgroup("many")
local old = fixture.program("old")
local cgroups = {}
for i = 1, 4 do
	cgroups[i] = fixture.child(top, "c" .. i)
	if i < 4 then
		fixture.attach(cgroups[i], old)
	end
end
out, err, ending = run("swap_many", top, "egress", "name:old", object)
tap.is(ending, true, "swap_many")
tap.is(select(2, out:gsub(": replaced ", "")), 3, "swaps in each cgroup that has the program")
tap.has(err, "2 of 3", "prints its progress")
local new = fixture.chain(cgroups[1])[1]
tap.ok(new ~= old.id and fixture.chain(cgroups[2])[1] == new and fixture.chain(cgroups[3])[1] == new,
       "the same program in all")
tap.is(#fixture.chain(cgroups[4]), 0, "but not in others")
tap.has(select(3, run("swap_many", "/nowhere", "egress", "a", object)), "/nowhere", "prints the error for a missing cgroup")
