-- SPDX-License-Identifier: BSD-2-Clause
-- The examples are run as they stand, on a chain of their own.
local tap, fixture = ...

local object = fixture.build("tests/bpf/object/one_program.bpf.o")
local setfenv = setfenv -- luacheck: ignore

-- What an example prints, what it tells on stderr, and how it ends: true, an exit status, or an error.
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
tap.has(ending, "/nowhere", "or says why not")
tap.is(select(3, run("list")), 2, "or how to call it")

out, err, ending = run("dry_run", path, "egress", "name:p1", object)
tap.is(ending, true, "dry_run")
tap.has(out, "yes: ", "says yes")
tap.has(out, "map counters: not kept: ", "and tells of maps")
out, err, ending = run("dry_run", path, "egress", "name:nobody", object)
tap.is(ending, 1, "dry_run of what is not there")
tap.has(out, "no: not_attached: ", "says no, and why")
tap.is(fixture.chain(path).revision, before.revision, "and changes nothing")

out, err, ending = run("roll_back", path, "egress", "name:p1", object, "false")
tap.is(ending, 1, "roll_back, when the check fails")
tap.has(err, "false is not content", "says so")
holds("and puts the old one back", programs[1].id)
out, err, ending = run("roll_back", path, "egress", "name:p1", object, "true")
tap.is(ending, true, "roll_back, when it does not")
tap.has(out, "and so it stays", "says so")
tap.ok(holds("and leaves the new one there") ~= programs[1].id, "which is another one")

out, err, ending = run("swap", path, "egress", "name:count_all", "fd:" .. programs[1].fd)
tap.is(ending, true, "swap")
tap.has(out, ("gave its place, 1, to %d"):format(programs[1].id), "says what it did")
holds("and did it", programs[1].id)
out, err, ending = run("swap", path, "egress", "nobody", object)
tap.is(ending, 1, "swap of what is not there")
tap.has(err, "swap: not_attached: ", "says why")

local telling = fixture.build("tests/bpf/object/metadata.bpf.o")
out, err, ending = run("try_out", path, "egress", telling, "0.01")
tap.is(ending, true, "try_out")
tap.has(out, "version: 2.1", "says what the program says")
tap.has(out, " stands at 3, held by link ", "where it stands")
tap.has(out, " is off again", "and that it is off")
tap.has(select(3, run("try_out", path, "egress", "/none.o", "0")), "/none.o", "or why not")

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
tap.is(select(2, out:gsub("gave its place", "")), 3, "swaps in each cgroup that has it")
tap.has(err, "2 of 3", "and tells how far it is")
local new = fixture.chain(cgroups[1])[1]
tap.ok(new ~= old.id and fixture.chain(cgroups[2])[1] == new and fixture.chain(cgroups[3])[1] == new,
       "the same program in all")
tap.is(#fixture.chain(cgroups[4]), 0, "and in no other")
tap.has(select(3, run("swap_many", "/nowhere", "egress", "a", object)), "/nowhere", "or none")
