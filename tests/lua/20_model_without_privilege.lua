-- SPDX-License-Identifier: BSD-2-Clause
-- The modelled kernel from Lua, also one that is older; and values at the edges.
local tap = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session { kernel = "model" })
tap.is(session:kernel(), "model", "a session on the model")
tap.has(tostring(session), "model", "tostring tells")
local chain = assert(session:chain("web.slice", "egress"))
tap.is(#chain, 3, "a chain of the model")
local done = assert(chain:replace("fw", "pin:/sys/fs/bpf/fw2"))
tap.is(done:step(0).maps[1].kept, true, "a map that is kept")
tap.is(#done:step(0).maps > 0 and done:step(0).maps[1].name ~= nil, true, "and has a name")

local old = assert(cgswap.session { kernel = "model", disable_features = "revision,expected_revision" })
chain = assert(old:chain("web.slice", "egress"))
tap.is(old:has("revision"), false, "an older kernel")
tap.is(chain:revision(), nil, "has no revision, which is nil")
local without = assert(cgswap.session { kernel = "model", disable_features = "link_id" })
local held = assert(without:chain("system.slice/resolver.service", "connect4"))
tap.refused("kernel_lacks_feature", "links cannot be asked for", held:describe("links"))
local entry = assert(held:entry(0))
tap.is(entry.link_id, nil, "their ids stay nil")
tap.ok(entry.name, "the rest is told")
tap.raises("can be described", "a part that is none", held.describe, held, "colours")
tap.raises("can be described", "in a list too", held.describe, held, { "links", 7 })

-- Integers: whole numbers, as the language prints them.
chain = assert(session:chain("web.slice", "egress"))
tap.is(tostring(chain:entry(0).id):find("[.e]"), nil, "an id is printed as an integer")
if math.type then
	tap.is(math.type(chain:entry(0).id), "integer", "and is one")
	tap.is(math.type(chain:revision()), "integer", "a revision too")
	tap.is(math.type(#chain), "integer", "and a length")
	tap.is(chain:find(chain:entry(0).id + 0.0).position, 0, "a float that is whole does")
end
tap.raises("not an integer", "one that is not does not", chain.entry, chain, 0.5)
tap.raises("not an integer", "nor one that is too large", chain.entry, chain, 2 ^ 40)
tap.raises("not an integer", "nor an infinite one", chain.entry, chain, 1 / 0)
tap.raises("number expected, got string", "nor a string", chain.entry, chain, "0")

-- A finalizer that closes things while a table is being filled.
local count = 0
for _ = 1, 50 do
	local one = assert(cgswap.session { kernel = "model" })
	local listed = assert(one:chain("web.slice", "egress"))
	local bomb = newproxy and newproxy(true) or setmetatable({}, {})
	getmetatable(bomb).__gc = function() one:close() end
	if not newproxy then
		bomb = setmetatable({}, getmetatable(bomb))
	end
	bomb = nil -- luacheck: ignore
	collectgarbage("setpause", 1)
	for _ = 1, 30 do
		local entries = listed:entries()
		count = count + (entries and #entries or 0)
	end
end
collectgarbage("setpause", 200)
tap.ok(count > 0, "a listing during which its session is closed")
