-- SPDX-License-Identifier: BSD-2-Clause
-- An object is loaded once, and all its programs are attached and replaced as one transaction.
local tap, fixture = ...
local cgswap = require "cgswap"

local function file(version)
	return fixture.build("tests/bpf/object/product_" .. version .. ".bpf.o")
end

local names = { "on_connect", "on_send", "on_packet", "on_socket" }
local types = { "connect4", "sendmsg4", "egress", "sock_create" }
local path = fixture.cgroup("objects")
local session = assert(cgswap.session())
local function now()
	local list = {}
	for i, attach_type in ipairs(types) do
		local chain = assert(session:chain(path, attach_type))
		list[i] = #chain == 0 and 0 or chain:entry(0).id
	end
	return table.concat(list, " ")
end
local function new_ids(replace)
	local list = {}
	for i, step in ipairs(replace:steps()) do
		list[i] = step.new_id
	end
	return table.concat(list, " ")
end

local first = assert(session:object(file "v1"))
tap.is(assert(first:attach(path, { dry_run = true })):step(0).state, "planned", "a dry run")
tap.is(now(), "0 0 0 0", "attaches nothing")
local done = assert(first:attach(path))
tap.is(now(), new_ids(done), "each program is attached")
tap.is(done:step(0).chain:attach_type(), "cgroup_inet4_connect", "a step has its chain")
tap.is(done:step(0).old_id, nil, "and no old program")
tap.ok(tostring(done:step(0)):find("id none", 1, true), "nor its text")
tap.is(assert(first:program("on_send")):id(), done:step(1).new_id, "the object gives its programs")
local maps, count = {}, 0
for _, step in ipairs(done:steps()) do
	for _, map in ipairs(step.maps) do
		count = count + (maps[map.id] and 0 or 1)
		maps[map.id] = true
	end
end
tap.is(count, 4, "they have one set of maps")
local good, _, err = first:attach(path)
tap.is(good == nil and err.cause, "already_attached", "the same once more")
tap.is(table.concat(err.details.candidate, " "), table.concat(names, " "), "the error lists the programs")

local second = assert(session:object(file "v2"))
local replace = assert(session:replace())
assert(replace:add_object(path, second))
tap.is(#replace, 4, "a step for each program")
local before = now()
assert(replace:commit())
tap.ok(now() ~= before, "all are replaced")
for _, map in ipairs(replace:step(0).maps) do
	if map.name == "counts" or map.name == "noted" then
		tap.is(map.kept, true, map.name .. " is reused")
	end
end
assert(replace:rollback())
tap.is(now(), before, "and put back")

replace = assert(session:replace())
assert(replace:add_object(path, second, { only = { "on_packet", "on_socket" }, maps = "new" }))
tap.is(#replace, 2, "only")
assert(session:replace():add_object(path, second, { skip = "on_packet" }))
good, _, err = replace:add_object(path, assert(session:object(file "odd")), { skip = "on_any" })
tap.is(good == nil and err.cause, "not_attached", "a program without an entry")
tap.is(#replace, 2, "adds no step")
good, _, err = first:attach(path, { only = { "nothing" } })
tap.is(good == nil and err.cause, "program_not_in_object", "no such program")

assert(done:rollback())
tap.is(now(), "0 0 0 0", "the attach is rolled back")
local third = assert(session:object(file "v2"))
good, _, err = third:program("on_send")
tap.is(good == nil and err.cause, "bad_argument", "it is not loaded")
assert(third:load { reuse_maps_of = { first:program("on_connect"), first:program("on_packet") } })
for _, map in ipairs(assert(third:program("on_send")):maps()) do
	if map.name == "counts" or map.name == "noted" then
		tap.is(map.kept, true, "a load reuses " .. map.name .. " of several programs")
	end
end
