-- SPDX-License-Identifier: BSD-2-Clause
-- A change with an expected revision fails if the chain has changed.
local tap, fixture = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session())
if not session:has("expected_revision") then
	tap.skip("this kernel has no expected revision")
	return
end

local path = fixture.cgroup("revision")
fixture.attach(path, fixture.program("p1"))
local chain = assert(session:chain(path, "egress"))
local seen = chain:revision()
local fresh = assert(session:program("fd:" .. fixture.program("fresh").fd))

tap.is(chain:attach(fresh, { expected_revision = seen }), true, "attach at the current revision")
local stale = { expected_revision = seen }
local third = fixture.program("third")
local err = tap.refused("revision_changed", "attach at an old revision",
			chain:attach(assert(session:program(third.id)), stale))
tap.is(err.status, "stale", "its status is stale")
tap.refused("revision_changed", "detach", chain:detach("p1", stale))
tap.refused("revision_changed", "swap", chain:replace("p1", third.id, stale))
local tx = assert(session:replace())
tap.refused("revision_changed", "add", tx:add(chain, "p1", third.id, stale))
tap.is(#fixture.chain(path), 2, "nothing changed")

assert(chain:read())
tap.is(#assert(chain:replace("p1", third.id, { expected_revision = chain:revision() })), 1,
       "swap at the current revision")
assert(chain:read())
assert(tx:add(chain, "third", fixture.program("fourth").id, { expected_revision = chain:revision() }))
fixture.attach(path, fixture.program("theirs"))
tap.refused("revision_changed", "commit after another change", tx:commit())
tap.is(chain:read() and chain:detach("fresh", { expected_revision = chain:revision() }), true,
       "detach at the current revision")

-- Integers are exact: 64 bits from Lua 5.3 on, 2^53 before.
local big = math.tointeger and math.tointeger(2 ^ 53) or 2 ^ 53
tap.refused("revision_changed", "a revision of 2^53", chain:detach("third", { expected_revision = big }))
if math.maxinteger then
	tap.refused("revision_changed", "the largest revision", chain:detach("third", {
		expected_revision = math.maxinteger }))
else
	tap.raises("integer expected", "a number that a double cannot hold exactly", chain.detach, chain,
		   "third", { expected_revision = 2 ^ 54 })
end
tap.raises("integer expected", "a string", chain.detach, chain, "third",
	   { expected_revision = -1 })
tap.raises("integer expected", "a fraction", chain.detach, chain, "third",
	   { expected_revision = 1.5 })
tap.raises("integer expected", "not a number", chain.detach, chain, "third",
	   { expected_revision = 0 / 0 })
