-- SPDX-License-Identifier: BSD-2-Clause
-- The model from Lua, also as an older kernel; and integers at their limits.
local tap = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session { kernel = "model" })
tap.is(session:kernel(), "model", "a session on the model")
tap.has(tostring(session), "model", "tostring has the kernel")
local chain = assert(session:chain("web.slice", "egress"))
tap.is(#chain, 3, "a chain of the model")
local done = assert(chain:replace("fw", "pin:/sys/fs/bpf/fw2"))
tap.is(done:step(0).maps[1].kept, true, "a map is reused")
tap.is(#done:step(0).maps > 0 and done:step(0).maps[1].name ~= nil, true, "the map has a name")

local old = assert(cgswap.session { kernel = "model", disable_features = "revision,expected_revision" })
chain = assert(old:chain("web.slice", "egress"))
tap.is(old:has("revision"), false, "an older kernel lacks a feature")
tap.is(chain:revision(), nil, "without revisions, revision is nil")
local without = assert(cgswap.session { kernel = "model", disable_features = "link_id" })
local held = assert(without:chain("system.slice/resolver.service", "connect4"))
tap.refused("kernel_lacks_feature", "links cannot be described", held:describe("links"))
local entry = assert(held:entry(0))
tap.is(entry.link_id, nil, "their ids are nil")
tap.ok(entry.name, "the names are described")
tap.raises("links, preorder or metadata expected", "an unknown part", held.describe, held, "colours")
tap.raises("links, preorder or metadata expected", "an unknown part in a list", held.describe, held, { "links", 7 })

-- Integers are printed as integers.
chain = assert(session:chain("web.slice", "egress"))
tap.is(tostring(chain:entry(0).id):find("[.e]"), nil, "an id is printed as an integer")
if math.type then
	tap.is(math.type(chain:entry(0).id), "integer", "an id is an integer")
	tap.is(math.type(chain:revision()), "integer", "a revision is an integer")
	tap.is(math.type(#chain), "integer", "a length is an integer")
	tap.is(chain:find(chain:entry(0).id + 0.0).position, 0, "a float with an integer value is an id")
end
tap.raises("not an integer", "a fraction", chain.entry, chain, 0.5)
tap.raises("not an integer", "a number that is too large", chain.entry, chain, 2 ^ 40)
tap.raises("not an integer", "infinity", chain.entry, chain, 1 / 0)
tap.raises("number expected, got string", "a string", chain.entry, chain, "0")

-- A finalizer closes the session, or reads the chain again, while a table is filled.
local count = { close = 0, read = 0 }
for round = 1, 100 do
	local one = assert(cgswap.session { kernel = "model" })
	local listed = assert(one:chain("web.slice", "egress"))
	local object, method = one, "close"
	if round % 2 == 0 then
		object, method = listed, "read"
	end
	local bomb = newproxy and newproxy(true) or setmetatable({}, {})
	getmetatable(bomb).__gc = function() object[method](object) end
	if not newproxy then
		bomb = setmetatable({}, getmetatable(bomb))
	end
	bomb = nil -- luacheck: ignore
	collectgarbage("setpause", 1)
	for _ = 1, 30 do
		local entries = listed:entries()
		count[method] = count[method] + (entries and #entries or 0)
	end
end
collectgarbage("setpause", 200)
tap.ok(count.close > 0, "a listing during which its session is closed")
tap.ok(count.read > 0, "a listing during which its chain is read again")
