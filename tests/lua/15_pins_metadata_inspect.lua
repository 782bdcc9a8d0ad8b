-- SPDX-License-Identifier: BSD-2-Clause
-- Pins keep programs and links, and move on with a swap; programs say what they are; an object is
-- looked into without loading it.
local tap, fixture = ...
local cgswap = require "cgswap"

local telling = fixture.build("tests/bpf/object/metadata.bpf.o")
local path = fixture.cgroup("pins")
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local plain, other, third = fixture.program("plain"), fixture.program("other"), fixture.program("third")
fixture.attach(path, plain)
local function open(program)
	return assert(session:program("fd:" .. program.fd))
end
-- other scripts may have used the names
local names = session:bpffs() .. "/" .. path:match("([^/]*)$") .. "_"
local function pinned(name)
	local program = session:program("pin:" .. names .. name)
	return program and program:id()
end

-- pins
local one = fixture.program("one")
tap.is(chain:attach(open(one), { pin = names .. "program" }), true, "attached and pinned")
tap.is(pinned "program", one.id, "the program")
assert(chain:replace(names .. "program", open(other), { pin = names .. "program" }))
tap.is(fixture.chain(path)[2], other.id, "swapped in the chain")
tap.is(pinned "program", other.id, "and in its pin")
tap.refused("pin_exists", "it is taken", chain:attach(open(one), { pin = names .. "program" }))
tap.refused("pin_failed", "it is no bpffs", chain:attach(open(one), { pin = path .. "/pin" }))
tap.is(#fixture.chain(path), 2, "nothing was attached")
tap.is(chain:attach(open(one), { link = true, pin = names .. "link" }), true, "a link that is pinned")
collectgarbage()
collectgarbage()
tap.is(fixture.chain(path)[3], one.id, "lives without us")
local held = chain:find("pin:" .. names .. "link").link_id
tap.ok(held, "and holds its entry")
local done = assert(chain:replace(names .. "link", open(third), { pin = names .. "third" }))
tap.is(done:step(0).link_id, held, "replaced through it")
tap.is(pinned "third", third.id, "the new one pinned as well")
tap.is(chain:detach(names .. "link"), true, "detached by its pin")
tap.is(#fixture.chain(path), 2, "it is off")
for _, name in ipairs { "program", "link", "third" } do
	os.remove(names .. name)
end

-- what programs say of themselves
assert(chain:attach(assert(session:program(telling))))
local entry = assert(chain:find("tell"))
tap.is(entry.metadata.version, "2.1", "an entry says its version")
tap.is(entry.metadata.yes, "true", "and more")
tap.is(entry.metadata.colour, "GREEN", "and still more")
tap.is(next(chain:entry(0).metadata), nil, "others say nothing")
tap.is(chain:describe("metadata"), true, "it can be described")
tap.is(chain:describe { "links", "metadata" }, true, "with something else")
tap.raises("metadata can be described", "what cannot be", chain.describe, chain, "meta")

-- inspect
local modelled = assert(cgswap.session { kernel = "model" })
local found = assert(modelled:object(telling))
tap.is(found:license(), "Dual BSD/GPL", "the license")
tap.is(#found:programs(), 1, "its programs")
local program = found:programs()[1]
tap.is(program.name, "tell", "its name")
tap.is(program.section, "cgroup_skb/egress", "its section")
tap.is(program.type, "cgroup_skb", "its type")
tap.is(program.attach_type, "cgroup_inet_egress", "its hook")
tap.ok(program.length > 2, "its length")
local bss
for _, map in ipairs(found:maps()) do
	bss = map.name == "metadata.bss" and map or bss
end
tap.is(bss.type, "array", "its map's type")
tap.is(bss.key_size, 4, "the size of a key")
tap.is(bss.value_size, 4, "the size of a value")
tap.is(bss.max_entries, 1, "how many there are")
tap.is(found:metadata().version, "2.1", "its version")
tap.is(found:metadata().pair, "02010403", "and all else that it says")
tap.is(tostring(found), "cgswap.object (1 program)", "tostring")
tap.ok(#assert(modelled:object(fixture.build("tests/bpf/object/several_programs.bpf.o"))):programs() > 1,
       "several programs")
tap.refused("object_not_found", "no file", modelled:object("/nowhere.o"))
tap.refused("object_not_elf", "no object", modelled:object(fixture.source("README")))
tap.raises("string expected, got nothing", "no path", modelled.object, modelled)
tap.raises("zero byte", "a path with a zero byte", modelled.object, modelled, "a\0b")
tap.raises("cgswap.object expected", "a method of another object", found.maps, modelled)
tap.is(found:close(), true, "close")
tap.is(found:close(), true, "close it again")
tap.is(found:license(), nil, "it has no license")
tap.is(#found:programs() + #found:maps(), 0, "and nothing else")
tap.is(next(found:metadata()), nil, "nor says anything")
tap.is(tostring(found), "cgswap.object (closed)", "but that")
found = assert(modelled:object(telling))
modelled:close()
tap.is(#found:programs(), 0, "a closed session closes it")
