-- SPDX-License-Identifier: BSD-2-Clause
-- The new program reuses the old one's maps. Options change that, and steps list the maps.
local tap, fixture = ...
local cgswap = require "cgswap"

local function object(version)
	return fixture.build("tests/bpf/maps/count_" .. version .. ".bpf.o")
end
local function by_name(maps)
	local named = {}
	for _, map in ipairs(maps) do
		named[map.name:match("%.(%a+)$") or map.name] = map
	end
	return named
end

local path = fixture.cgroup("state")
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
assert(chain:attach(assert(session:program(object "v1"))))
local function old() return assert(chain:read()) and chain:entry(0).id end
local hits = by_name(assert(session:program(old())):maps()).hits.id
fixture.send(path, 10)
tap.is(fixture.value(hits), 10, "ten packets were counted")

local done = assert(chain:replace("name:counting", object "v2"))
local maps = by_name(done:step(0).maps)
tap.is(maps.hits.id, hits, "the map hits is the same")
tap.is(maps.hits.kept, true, "it is reused")
tap.is(maps.hits.reason, "same map as the old program's", "the step has the reason")
tap.ok(maps.bss.kept and maps.data.kept and maps.of_cgroup.kept, "other maps are reused")
tap.is(maps.rodata.kept, false, "read-only data are new")
tap.is(#done:step(0).dropped_maps, 0, "no map is dropped")
tap.ok(maps.rodata.reason and maps.lengths.reason, "new maps have a reason too")
fixture.send(path, 5)
tap.is(fixture.value(hits), 15, "the new program counts in the same map")
tap.is(done:drain(), true, "drained: no CPU runs the old program")
assert(done:rollback())
fixture.send(path, 1)
tap.is(fixture.value(hits), 16, "the old program counts in the same map")
tap.is(done:drain(), true, "drained: no CPU runs the new program")

-- with options
done = assert(chain:replace(old(), object "v2", { maps = "new" }))
maps = by_name(done:step(0).maps)
tap.ok(maps.hits.id ~= hits and not maps.hits.kept, "new: the map hits is another one")
tap.is(fixture.value(maps.hits.id), 0, "its counter is 0")
local dropped = by_name(done:step(0).dropped_maps)
tap.is(dropped.hits.id, hits, "the old map is dropped")
tap.ok(dropped.bss and dropped.data and dropped.of_cgroup and not dropped.rodata, "the others except constants are dropped")
assert(done:rollback())
done = assert(chain:replace(old(), object "v2", { maps = "require" }))
tap.is(by_name(done:step(0).maps).hits.id, hits, "require: the map is the same")
assert(done:rollback())
local before = old()
tap.refused("map_dropped", "require: a map would be dropped",
	    chain:replace(before, object "less", { maps = "require" }))
for _, given in ipairs { { hits = "new", [".bss"] = "old" }, { "hits=new", ".bss=old" } } do
	local planned = assert(session:replace())
	assert(planned:add(chain, before, object "v2", { map_choices = given }))
	maps = by_name(planned:step(0).maps)
	tap.ok(not maps.hits.kept and maps.bss.kept, "map_choices decides for single maps")
end
local chosen = assert(session:program(object "v2", { attach_type = "egress",
						      map_choices = { hits = "id:" .. hits } }))
tap.is(by_name(chosen:maps()).hits.id, hits, "a map by its id, without an old program")
for _, wrong in ipairs { { hits = "older" }, { "hits=older" }, { ".bss=old", hits = "older" } } do
	tap.has(tap.refused("bad_argument", "an unknown choice",
			    chain:replace(before, object "v2", { map_choices = wrong })).message,
		"'hits=older'", "the message has it")
end
for _, wrong in ipairs { "hits=new", { 1 }, { hits = 1 }, { [2] = "hits=new" }, { [true] = "new" }, 1 } do
	tap.ok(not pcall(chain.replace, chain, before, object "v2", { map_choices = wrong }),
	       "map_choices of a wrong type")
end
local err = tap.refused("map_changed", "a map that changed", chain:replace(before, object "wide"))
tap.has(err.message, "hits", "the message has the map")
tap.refused("map_changed", "variables that moved", chain:replace(before, object "moved"))
tap.is(old(), before, "nothing changed")
tap.raises("option 'maps': reuse, new or require expected", "an unknown map policy", chain.replace,
	   chain, before, object "v2", { maps = 7 })

-- in transactions
local tx = assert(session:replace())
assert(tx:add(chain, before, object "v2", { maps = "reuse" }))
tap.is(by_name(tx:step(0).maps).hits.kept, true, "a step has its maps before the commit")
tap.is(tx:step(0).guard, nil, "it has no guard yet")
assert(tx:commit())
tap.is(old(), tx:step(0).new_id, "the new program is attached")
tap.ok(tx:step(0).guard == "program" or tx:step(0).guard == "revision", "the step has a guard")

-- programs
local reusing = assert(session:program(object "v1", { attach_type = "egress", reuse_maps_of = old() }))
tap.is(by_name(reusing:maps()).hits.id, hits, "a program with the maps of an id")
assert(chain:replace(old(), reusing))
fixture.send(path, 4)
tap.is(fixture.value(hits), 20, "it counts in the same map")
for _, one in ipairs { "id:" .. old(), "fd:" .. reusing:fd(), reusing } do
	local other = assert(session:program(object "v2", { reuse_maps_of = one }))
	tap.is(by_name(other:maps()).hits.kept, true, "a program with the maps of a " .. type(one))
end
for _, options in ipairs { {}, { reuse_maps_of = reusing, maps = "new" } } do
	local kept = false
	for _, map in ipairs(assert(session:program(object "v2", options)):maps()) do
		kept = kept or map.kept
	end
	tap.is(kept, false, options.maps and "a program with new maps" or "a program without reuse_maps_of")
end
tap.refused("program_not_found", "the maps of an unknown program",
	    session:program(object "v2", { reuse_maps_of = 4294967295 }))
tap.raises("option 'reuse_maps_of'", "the maps of a table", session.program, session, object "v2",
	   { reuse_maps_of = { {} } })
reusing:close()
tap.is(#reusing:maps(), 0, "a closed program has no maps")

-- constants that a loader has set
local function gate(version) return fixture.build("tests/bpf/constants/" .. version .. ".bpf.o") end
chain = assert(session:chain(fixture.cgroup("constants"), "egress"))
assert(chain:attach(assert(session:program(gate "gate_v1", { constant_choices = { deny_all = 1 } }))))
err = tap.refused("constants_changed", "constants differ", chain:replace(old(), gate "gate_limit"))
tap.is(table.concat(err.details.constant, " "), "deny_all limit", "the details name them")
tap.is(table.concat(err.details.old_value, " "), "1 5", "with the old values")
tap.is(table.concat(err.details.new_value, " "), "0 7", "and the new ones")
done = assert(chain:replace(old(), gate "gate_v2", { constants = "old" }))
local constant = done:step(0).constants[1]
tap.is(constant.name, "deny_all", "the step has the constant")
tap.is(constant.value .. constant.old_value .. constant.file_value, "110", "its values")
tap.is(constant.reason, "old: requested by the constant policy", "the reason")
assert(done:rollback())
done = assert(chain:replace(old(), gate "gate_v2", { old_object = gate "gate_v1" }))
tap.is(done:step(0).constants[1].reason, "old: a loader had set it", "the file tells that it was set")
tap.is(#done:step(0).dropped_constants, 0, "no constant is dropped")
done = assert(chain:replace(old(), gate "gate_v1", { constant_choices = { "deny_all=old" } }))
local dropped_constant = done:step(0).dropped_constants[1]
tap.is(dropped_constant.name .. "=" .. dropped_constant.value, "only_v2=77", "one is dropped")
for _, wrong in ipairs { "deny_all=1", { deny_all = 1.5 }, { deny_all = {} }, { 1 }, 1 } do
	tap.ok(not pcall(chain.replace, chain, old(), gate "gate_v1", { constant_choices = wrong }),
	       "constant_choices of a wrong type")
end
done = assert(chain:replace(old(), gate "kinds", { constant_choices = {
	yes = false, byte = 7, label = "=old", colour = "RED", ["config.low"] = 1, wide = 2 ^ 40 } }))
local values = {}
for _, one in ipairs(done:step(0).constants) do values[one.name] = one.value end
tap.is(values.yes .. values.byte .. values.label .. values.colour .. values["config.low"] .. values.wide,
       "false7oldRED11099511627776", "values of all types")
