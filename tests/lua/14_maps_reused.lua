-- SPDX-License-Identifier: BSD-2-Clause
-- What an old program counted, its heir counts on; what is kept and what not is told, and can be said.
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
tap.is(maps.hits.id, hits, "the counter")
tap.is(maps.hits.kept, true, "is kept")
tap.is(maps.hits.reason, "same map as the old program's", "and why")
tap.ok(maps.bss.kept and maps.data.kept and maps.of_cgroup.kept, "so are others")
tap.is(maps.rodata.kept, false, "read-only data are not")
tap.is(#done:step(0).dropped_maps, 0, "nothing is lost")
tap.ok(maps.rodata.reason and maps.lengths.reason, "nor what is new, and that is told")
fixture.send(path, 5)
tap.is(fixture.value(hits), 15, "counting goes on")
tap.is(done:drain(), true, "drained: nobody is in the old program")
assert(done:rollback())
fixture.send(path, 1)
tap.is(fixture.value(hits), 16, "the old one counts on")
tap.is(done:drain(), true, "and nobody is in the new one")

-- said otherwise
done = assert(chain:replace(old(), object "v2", { maps = "new" }))
maps = by_name(done:step(0).maps)
tap.ok(maps.hits.id ~= hits and not maps.hits.kept, "new: another counter")
tap.is(fixture.value(maps.hits.id), 0, "which begins at 0")
local lost = by_name(done:step(0).dropped_maps)
tap.is(lost.hits.id, hits, "the old one is lost")
tap.ok(lost.bss and lost.data and lost.of_cgroup and not lost.rodata, "and so is all but constants")
assert(done:rollback())
done = assert(chain:replace(old(), object "v2", { maps = "require" }))
tap.is(by_name(done:step(0).maps).hits.id, hits, "require: the same")
assert(done:rollback())
local before = old()
tap.refused("map_dropped", "require, and a map has no heir",
	    chain:replace(before, object "less", { maps = "require" }))
local err = tap.refused("map_changed", "a map that changed", chain:replace(before, object "wide"))
tap.has(err.message, "hits", "which is named")
tap.refused("map_changed", "variables that moved", chain:replace(before, object "moved"))
tap.is(old(), before, "nothing was changed")
tap.raises("option 'maps': reuse, new or require expected", "a state that is none", chain.replace,
	   chain, before, object "v2", { maps = 7 })

-- in transactions
local tx = assert(session:replace())
assert(tx:add(chain, before, object "v2", { maps = "reuse" }))
tap.is(by_name(tx:step(0).maps).hits.kept, true, "a step knows before it is done")
tap.is(tx:step(0).guard, nil, "and is guarded by nothing yet")
assert(tx:commit())
tap.is(old(), tx:step(0).new_id, "done")
tap.ok(tx:step(0).guard == "program" or tx:step(0).guard == "revision", "and guarded")

-- of programs
local heir = assert(session:program(object "v1", { attach_type = "egress", reuse_maps_of = old() }))
tap.is(by_name(heir:maps()).hits.id, hits, "the heir of an id")
assert(chain:replace(old(), heir))
fixture.send(path, 4)
tap.is(fixture.value(hits), 20, "counts on")
for _, one in ipairs { "id:" .. old(), "fd:" .. heir:fd(), heir } do
	local other = assert(session:program(object "v2", { reuse_maps_of = one }))
	tap.is(by_name(other:maps()).hits.kept, true, "the heir of a " .. type(one))
end
for _, options in ipairs { {}, { reuse_maps_of = heir, maps = "new" } } do
	local kept = false
	for _, map in ipairs(assert(session:program(object "v2", options)):maps()) do
		kept = kept or map.kept
	end
	tap.is(kept, false, options.maps and "one that wants nothing" or "nobody's heir")
end
tap.refused("program_not_found", "the heir of nobody",
	    session:program(object "v2", { reuse_maps_of = 4294967295 }))
tap.raises("option 'reuse_maps_of'", "nor of a table", session.program, session, object "v2",
	   { reuse_maps_of = {} })
heir:close()
tap.is(#heir:maps(), 0, "a closed one has no maps")
