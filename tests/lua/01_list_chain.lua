-- SPDX-License-Identifier: BSD-2-Clause
-- A chain's ids, names, tags, positions, mode and revision can be read, by iteration, as a list, by length.
local tap, fixture = ...
local cgswap = require "cgswap"

local path = fixture.cgroup("list")
local programs = {}
for i = 1, 3 do
	programs[i] = fixture.program("p" .. i)
	fixture.attach(path, programs[i])
end

local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local kernel = fixture.chain(path)

tap.is(#chain, 3, "#chain")
tap.is(chain:length(), 3, "length")
tap.is(chain:cgroup(), path, "cgroup")
tap.is(chain:cgroup_id(), fixture.inode(path), "the cgroup's id is the kernel's")
tap.is(chain:attach_type(), "cgroup_inet_egress", "the attach type in full")
tap.is(chain:mode(), "multi", "mode")
tap.is(chain:revision(), kernel.revision, "the revision is the kernel's")
tap.has(tostring(chain), path, "tostring has the cgroup")

local now = os.time()
local seen = 0
for entry in chain:each() do
	local program = programs[seen + 1]
	tap.is(entry.position, seen, "position " .. seen)
	tap.is(entry.id, program.id, program.name .. ": id")
	tap.is(entry.name, program.name, program.name .. ": name")
	tap.is(entry.tag, program.tag, program.name .. ": tag")
	tap.is(entry.type, "cgroup_skb", program.name .. ": type")
	tap.is(entry.link_id, nil, program.name .. ": no link")
	tap.is(entry.uid, 0, program.name .. ": the user who loaded it")
	tap.is(#entry.maps, 0, program.name .. ": no maps")
	tap.ok(math.abs(entry.loaded_at - now) < 120, program.name .. ": its load time")
	tap.is(entry.run_count, 0, program.name .. ": run count")
	tap.is(entry.run_time_ns, 0, program.name .. ": run time")
	seen = seen + 1
end
tap.is(seen, 3, "each visits every entry")

local list = assert(chain:entries())
tap.is(#list, 3, "entries is a list")
tap.is(list[2].id, programs[2].id, "its first index is 1, as in Lua")
tap.is(chain:entry(0).id, programs[1].id, "entry takes positions, which begin with 0")
tap.is(chain:entry(3), nil, "the entry past the end")
tap.is(chain:entry(-1), nil, "the entry before the beginning")

-- A snapshot does not change until the chain is read again.
local fourth = fixture.program("p4")
fixture.attach(path, fourth)
tap.is(#chain, 3, "the snapshot has not changed")
local before = chain:revision()
tap.is(chain:read(), true, "read")
tap.is(#chain, 4, "read takes a new snapshot")
tap.ok(chain:revision() > before, "with a new revision")

-- The chain may be read again during an iteration.
seen = 0
for _ in chain:each() do
	assert(chain:read())
	seen = seen + 1
end
tap.is(seen, 4, "each goes on with the snapshot that it began with")

-- Links of entries, and effective programs of a child.
local link = fixture.link(path, fixture.program("linked"))
assert(chain:read())
tap.is(assert(chain:entry(4)).link_id, link.id, "an entry has its link's id")
local child = fixture.child(path, "child")
local own = fixture.program("own")
fixture.attach(child, own)
local below = assert(session:chain(child, "egress"))
local effective = assert(below:read_effective())
local wanted = fixture.effective(child)
tap.is(#effective, #wanted, "as many effective programs as in the kernel")
for i, id in ipairs(wanted) do
	tap.is(effective[i], id, "effective " .. i)
	tap.is(below:effective_id(i - 1), id, "the same by its index")
end
tap.is(below:effective_length(), #wanted, "effective_length")

local empty = assert(session:chain(fixture.cgroup("empty"), "cgroup_inet_ingress"))
tap.is(#empty, 0, "an empty chain")
tap.is(empty:mode(), nil, "an empty chain has no mode")
for _ in empty:each() do
	tap.ok(false, "an empty chain has no entry")
end
tap.is(empty:describe(), true, "describe all")
tap.is(chain:describe("programs"), true, "describe one part")
tap.is(chain:describe { "programs", "links", "preorder" }, true, "describe several")
