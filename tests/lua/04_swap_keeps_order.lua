-- SPDX-License-Identifier: BSD-2-Clause
-- A swap in the middle keeps the order and is verified, and its step lists the maps.
local tap, fixture = ...
local cgswap = require "cgswap"

local path = fixture.cgroup("swap")
local programs = {}
for i = 1, 3 do
	programs[i] = fixture.program("p" .. i)
	fixture.attach(path, programs[i])
end
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local new = fixture.program("new")

local done = assert(chain:replace("name:p2", assert(session:program("fd:" .. new.fd))))
local kernel = fixture.chain(path)
tap.is(kernel[1], programs[1].id, "the first program is still first")
tap.is(kernel[2], new.id, "the new program is in the middle")
tap.is(kernel[3], programs[3].id, "the last program is still last")
tap.is(#kernel, 3, "no other program is attached")

tap.is(#done, 1, "#replace is the number of steps")
local step = done:step(0)
tap.is(step.chain, chain, "the step has its chain")
tap.is(step.position, 1, "its position")
tap.is(step.old_id, programs[2].id, "the old program")
tap.is(step.new_id, new.id, "the new program")
tap.is(step.state, "done", "its state")
tap.is(step.verified, true, "it is verified")
tap.is(step.cause, nil, "it has no cause")
tap.is(step.revision, kernel.revision, "its revision")
tap.is(#step.maps, 0, "it has no maps")
tap.is(done:step(1), nil, "a second step does not exist")
tap.is(#done:steps(), 1, "steps is a list")
tap.is(done:steps()[1].new_id, new.id, "steps has the step")
tap.has(tostring(done), "1 step", "tostring has the number of steps")

-- An object file as source. Its map is new.
local object = fixture.build("tests/bpf/object/one_program.bpf.o")
done = assert(chain:replace(new.id, object .. "#count_all"))
step = done:step(0)
tap.is(fixture.chain(path)[2], step.new_id, "the object's program is in the middle")
tap.is(#step.maps, 1, "the program has a map")
tap.is(step.maps[1].name, "counters", "the map's name")
tap.is(step.maps[1].kept, false, "the map is new")
tap.is(step.maps[1].id, chain:read() and chain:entry(1).maps[1], "the entry has the same map")
fixture.send(path, 10)

-- The same object again: the program reuses its predecessor's map.
local map = step.maps[1].id
done = assert(chain:replace("count_all", object))
step = done:step(0)
tap.is(step.maps[1].kept, true, "the same program reuses the map")
tap.is(step.maps[1].id, map, "it is the same map")
tap.has(step.maps[1].reason, "same map", "the step has the reason")
done = assert(chain:replace("count_all", programs[2].id))
done = assert(chain:replace("p2", object))
tap.is(done:step(0).maps[1].kept, false, "after a program without maps, the map is new")

-- Without verification.
done = assert(chain:replace("count_all", programs[2].id, { verify = false }))
tap.is(done:step(0).verified, false, "not verified")
tap.is(fixture.chain(path)[2], programs[2].id, "but swapped")

tap.refused("not_attached", "an old program that is not attached", chain:replace("absent", new.id))
tap.refused("already_attached", "a new program that is already attached", chain:replace("p1", programs[3].id))
tap.refused("object_not_found", "a missing object", chain:replace("p1", "/nowhere/at_all.o"))
tap.is(#fixture.chain(path), 3, "the errors changed nothing")
local link = fixture.link(path, fixture.program("held"))
done = assert(chain:replace("held", new.id))
tap.is(done:step(0).link_id, link.id, "an entry with a link is replaced through the link")
tap.is(fixture.chain(path)[4], new.id, "at its position")
tap.raises("reuse, new or require", "an unknown map policy", chain.replace, chain, "p1", new.id,
	   { maps = "old" })
tap.raises("unknown option 'stat'", "an unknown option", chain.replace, chain, "p1", new.id,
	   { stat = "reuse" })
tap.raises("cgswap.program or a source expected, got nothing", "a missing new program", chain.replace, chain,
	   "p1")
