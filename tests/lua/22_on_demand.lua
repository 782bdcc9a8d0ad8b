-- SPDX-License-Identifier: BSD-2-Clause
-- Links, preorder and metadata of an entry are read when a script uses them, as in Python; sources can be
-- attached, and lists and objects print themselves.
local tap, fixture = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session())
local path = fixture.cgroup("demand")
local first = fixture.program("first")
fixture.attach(path, first)
local link = fixture.link(path, fixture.program("linked"))
local chain = assert(session:chain(path, "egress"))

-- parts of entries
local entries = assert(chain:entries())
tap.is(rawget(entries[2], "link_id"), nil, "a listing does not read links")
tap.is(rawget(entries[2], "name"), "linked", "it reads programs")
tap.is(entries[2].link_id, link.id, "a link is read when it is used")
tap.is(rawget(entries[2], "link_id"), link.id, "and remembered")
tap.is(entries[1].link_id, nil, "a plain entry has no link")
tap.is(next(entries[1].metadata), nil, "metadata is read when it is used")
tap.is(rawget(chain:entries("links")[2], "link_id"), link.id, "entries can ask for links")
for entry in assert(chain:each { "links", "metadata" }) do
	tap.is(type(rawget(entry, "metadata")), "table", "each can ask for parts")
end
tap.is(chain:describe("links"), true, "describe")
tap.is(rawget(chain:entry(1), "link_id"), link.id, "after it entries have links")
assert(chain:read())
tap.is(rawget(chain:entry(1), "link_id"), nil, "until the chain is read again")
tap.is(entries[1].nonsense, nil, "an unknown field")

-- an entry of an old snapshot keeps its values, and does not get those of another entry
local old = assert(chain:entry(0))
fixture.detach(path, first)
assert(chain:read())
tap.is(old.name, "first", "an old entry keeps its name")
tap.raises("read again", "its link cannot be read any more", function() return old.link_id end)
chain:close()
tap.raises("closed", "nor after a close", function() return old.preorder end)

-- sources
chain = assert(session:chain(path, "egress"))
tap.is(chain:attach("fd:" .. first.fd), true, "attach takes a source")
tap.is(fixture.chain(path)[2], first.id, "its program is attached")
tap.is(chain:detach(first.id), true, "detach")
tap.is(chain:attach(first.id), true, "attach takes an id")
tap.refused("object_not_found", "a source that does not exist", chain:attach("/nowhere.o"))
tap.refused("already_attached", "a program that is attached", chain:attach(first.id))

-- lists
local features = assert(session:features())
tap.is(features.multi, true, "features by name")
tap.is(features.revision, session:has("revision"), "as has() says")
local cgroups = assert(session:cgroups(path))
tap.is(#cgroups == 1 and cgroups[1], path, "the cgroups below a cgroup")
tap.refused("cgroup_not_found", "those below a missing one", session:cgroups("/nowhere/at/all"))
local short = {}
for _, one in ipairs(cgswap.attach_types()) do
	short[one.short_name] = one.name
end
tap.is(short.egress, "cgroup_inet_egress", "the attach types")

-- printing
tap.has(tostring(chain:entry(0)), "linked", "an entry prints its name")
local done = assert(chain:replace(first.id, fixture.program("new").id))
tap.has(tostring(done:step(0)), "done", "a step prints its state")
tap.is(done:step(0).chain, chain, "it has its chain")
tap.is(cgswap._VERSION, cgswap.version(), "the version")
