-- SPDX-License-Identifier: BSD-2-Clause
-- A swap in the middle keeps the order, is verified, and tells of maps.
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
tap.is(kernel[1], programs[1].id, "the first stands where it stood")
tap.is(kernel[2], new.id, "the new one in the middle")
tap.is(kernel[3], programs[3].id, "the last at the end")
tap.is(#kernel, 3, "and nobody else")

tap.is(#done, 1, "#replace is the number of steps")
local step = done:step(0)
tap.is(step.chain, chain, "the step's chain is the chain")
tap.is(step.position, 1, "its place")
tap.is(step.old_id, programs[2].id, "the old program")
tap.is(step.new_id, new.id, "the new one")
tap.is(step.state, "done", "its state")
tap.is(step.verified, true, "it was verified")
tap.is(step.cause, nil, "no cause")
tap.is(step.revision, kernel.revision, "the revision after it")
tap.is(#step.maps, 0, "no maps")
tap.is(done:step(1), nil, "there is no other step")
tap.is(#done:steps(), 1, "steps is a list")
tap.is(done:steps()[1].new_id, new.id, "of them")
tap.has(tostring(done), "1 step", "tostring tells how many")

-- A source: an object file, whose map starts fresh.
local object = fixture.build("tests/bpf/object/one_program.bpf.o")
done = assert(chain:replace(new.id, object .. "#count_all"))
step = done:step(0)
tap.is(fixture.chain(path)[2], step.new_id, "an object's program in the middle")
tap.is(#step.maps, 1, "it has a map")
tap.is(step.maps[1].name, "counters", "the map's name")
tap.is(step.maps[1].kept, false, "which is fresh")
tap.is(step.maps[1].id, chain:read() and chain:entry(1).maps[1], "the entry has the same map")
fixture.send(path, 10)

-- The same object again, as the heir of its own program: its map is kept.
local map = step.maps[1].id
done = assert(chain:replace("count_all", object))
step = done:step(0)
tap.is(step.maps[1].kept, true, "an heir keeps the map")
tap.is(step.maps[1].id, map, "the very same one")
tap.has(step.maps[1].reason, "same map", "and the step says why")
done = assert(chain:replace("count_all", programs[2].id))
done = assert(chain:replace("p2", object))
tap.is(done:step(0).maps[1].kept, false, "what has nothing to inherit has another map")

-- Without looking afterwards.
done = assert(chain:replace("count_all", programs[2].id, { verify = false }))
tap.is(done:step(0).verified, false, "not verified where that was not wanted")
tap.is(fixture.chain(path)[2], programs[2].id, "but done")

tap.refused("not_attached", "an old one that is not there", chain:replace("nobody", new.id))
tap.refused("already_attached", "a new one that is there already", chain:replace("p1", programs[3].id))
tap.refused("object_not_found", "no such object", chain:replace("p1", "/nowhere/at_all.o"))
tap.is(#fixture.chain(path), 3, "no refusal changed anything")
local link = fixture.link(path, fixture.program("held"))
done = assert(chain:replace("held", new.id))
tap.is(done:step(0).link_id, link.id, "what a link holds is replaced through the link")
tap.is(fixture.chain(path)[4], new.id, "in its place")
tap.raises("reuse, new or require", "no such state", chain.replace, chain, "p1", new.id,
	   { maps = "old" })
tap.raises("unknown option 'stat'", "an unknown option", chain.replace, chain, "p1", new.id,
	   { stat = "reuse" })
tap.raises("cgswap.program or a source expected, got nothing", "no new program", chain.replace, chain,
	   "p1")
