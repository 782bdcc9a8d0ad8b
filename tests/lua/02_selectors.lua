-- SPDX-License-Identifier: BSD-2-Clause
-- Each kind of selector finds its entry; an ambiguous or unknown one fails with its cause.
local tap, fixture = ...
local cgswap = require "cgswap"

local path = fixture.cgroup("selectors")
local first, twin, other = fixture.program("twin"), fixture.program("twin"), fixture.program("other")
local linked = fixture.program("linked")
for _, program in ipairs { first, twin, other } do
	fixture.attach(path, program)
end
local link = fixture.link(path, linked)
local pin = fixture.pin(other, "other")

local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))

local function finds(selector, position, program)
	local entry, message = chain:find(selector)
	if not entry then
		tap.diag(message)
	end
	tap.ok(entry and entry.position == position and entry.id == program.id,
	       "find " .. tostring(selector))
end

finds("id:" .. first.id, 0, first)
finds(tostring(twin.id), 1, twin)
finds(twin.id, 1, twin)
finds("name:other", 2, other)
finds("other", 2, other)
finds("pin:" .. pin, 2, other)
finds(pin, 2, other)
finds("pos:1", 1, twin)
finds("fd:" .. other.fd, 2, other)
finds("link:" .. link.id, 3, linked)
tap.is(chain:find("other").name, "other", "a found entry is described")
tap.is(chain:find("link:" .. link.id).link_id, link.id, "with its link")

tap.refused("selector_ambiguous", "a name of two entries", chain:find("twin"))
tap.refused("selector_ambiguous", "a tag of several entries", chain:find("tag:" .. first.tag))
tap.refused("not_attached", "a name that is not attached", chain:find("name:absent"))
tap.refused("not_attached", "an id that is attached elsewhere", chain:find(fixture.program("away").id))
tap.refused("not_attached", "a position past the end", chain:find("pos:9"))
tap.refused("pin_not_found", "a missing pin", chain:find("pin:/sys/fs/bpf/nothing"))
tap.refused("bad_descriptor", "a closed descriptor", chain:find("fd:999"))
tap.refused("bad_argument", "an empty name", chain:find("name:"))

local empty = assert(session:chain(fixture.cgroup("empty"), "egress"))
tap.refused("chain_empty", "an empty chain", empty:find("twin"))
local child = assert(session:chain(fixture.child(path, "below"), "egress"))
tap.refused("attached_at_ancestor", "a program of an ancestor", child:find("other"))

tap.raises("string expected, got nothing", "nil as selector", chain.find, chain, nil)
tap.raises("string expected, got table", "a table as selector", chain.find, chain, {})
tap.raises("not a valid id", "an id with a fraction", chain.find, chain, 1.5)
tap.raises("not a valid id", "a negative id", chain.find, chain, -1)
tap.raises("zero byte", "a zero byte", chain.find, chain, "name:a\0b")
