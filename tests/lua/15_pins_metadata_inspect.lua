-- SPDX-License-Identifier: BSD-2-Clause
-- Programs and links can be pinned, and a swap moves the pin; programs have metadata; an object file can
-- be inspected without loading it.
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
-- other scripts may use the same names
local names = session:bpffs() .. "/" .. path:match("([^/]*)$") .. "_"
local function pinned(name)
	local program = session:program("pin:" .. names .. name)
	return program and program:id()
end

-- pins
local one = fixture.program("one")
tap.is(chain:attach(open(one), { pin = names .. "program" }), true, "attach and pin")
tap.is(pinned "program", one.id, "the pin is the program's")
assert(chain:replace(names .. "program", open(other), { pin = names .. "program" }))
tap.is(fixture.chain(path)[2], other.id, "swapped in the chain")
tap.is(pinned "program", other.id, "and in its pin")
tap.refused("pin_exists", "the pin exists already", chain:attach(open(one), { pin = names .. "program" }))
tap.refused("pin_failed", "the path is not in a bpffs", chain:attach(open(one), { pin = path .. "/pin" }))
tap.is(#fixture.chain(path), 2, "nothing was attached")
tap.is(chain:attach(open(one), { link = true, pin = names .. "link" }), true, "attach by a link and pin the link")
collectgarbage()
collectgarbage()
tap.is(fixture.chain(path)[3], one.id, "the program stays attached without a descriptor")
local held = chain:find("pin:" .. names .. "link").link_id
tap.ok(held, "its entry has the link's id")
local done = assert(chain:replace(names .. "link", open(third), { pin = names .. "third" }))
tap.is(done:step(0).link_id, held, "replaced through the link")
tap.is(pinned "third", third.id, "the new program is pinned as well")
tap.is(chain:detach(names .. "link"), true, "detached by the link's pin")
tap.is(#fixture.chain(path), 2, "the link's entry is detached")
for _, name in ipairs { "program", "link", "third" } do
	os.remove(names .. name)
end

-- metadata of programs
assert(chain:attach(assert(session:program(telling))))
local entry = assert(chain:find("tell"))
tap.is(entry.metadata.version, "2.1", "an entry has its version")
tap.is(entry.metadata.yes, "true", "a bool")
tap.is(entry.metadata.colour, "GREEN", "an enum")
tap.is(next(chain:entry(0).metadata), nil, "another entry has no metadata")
tap.is(chain:describe("metadata"), true, "metadata alone can be described")
tap.is(chain:describe { "links", "metadata" }, true, "metadata can be described with links")
tap.raises("links, preorder or metadata expected", "an unknown part cannot be described", chain.describe, chain, "meta")

-- inspect
local modelled = assert(cgswap.session { kernel = "model" })
local found = assert(modelled:object(telling))
tap.is(found:license(), "Dual BSD/GPL", "the license")
tap.is(#found:programs(), 1, "its programs")
local program = found:programs()[1]
tap.is(program.name, "tell", "its name")
tap.is(program.section, "cgroup_skb/egress", "its section")
tap.is(program.type, "cgroup_skb", "its type")
tap.is(program.attach_type, "cgroup_inet_egress", "its attach type")
tap.ok(program.length > 2, "its length")
local bss
for _, map in ipairs(found:maps()) do
	bss = map.name == "metadata.bss" and map or bss
end
tap.is(bss.type, "array", "its map's type")
tap.is(bss.key_size, 4, "the size of a key")
tap.is(bss.value_size, 4, "the size of a value")
tap.is(bss.max_entries, 1, "its number of entries")
tap.is(found:metadata().version, "2.1", "its version")
tap.is(found:metadata().pair, "02010403", "all other metadata")
tap.is(tostring(found), "cgswap.object (1 program)", "tostring")
tap.ok(#assert(modelled:object(fixture.build("tests/bpf/object/several_programs.bpf.o"))):programs() > 1,
       "an object with several programs")
tap.refused("object_not_found", "a missing file", modelled:object("/nowhere.o"))
tap.refused("object_not_elf", "a file that is not an object", modelled:object(fixture.source("README")))
tap.raises("string expected, got nothing", "a missing path", modelled.object, modelled)
tap.raises("zero byte", "a path with a zero byte", modelled.object, modelled, "a\0b")
tap.raises("cgswap.object expected", "a method of another object", found.maps, modelled)
tap.is(found:close(), true, "close")
tap.is(found:close(), true, "close it again")
tap.is(found:license(), nil, "a closed object has no license")
tap.is(#found:programs() + #found:maps(), 0, "no programs and no maps")
tap.is(next(found:metadata()), nil, "and no metadata")
tap.is(tostring(found), "cgswap.object (closed)", "tostring says closed")
found = assert(modelled:object(telling))
modelled:close()
tap.is(#found:programs(), 0, "closing the session closes it")
