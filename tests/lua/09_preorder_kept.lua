-- SPDX-License-Identifier: BSD-2-Clause
-- A swap keeps an entry's preorder, unless the caller asks for another.
local tap, fixture = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session())
if not session:has("preorder") then
	tap.skip("this kernel has no preorder")
	return
end

local parent = fixture.cgroup("preorder")
local child = fixture.child(parent, "child")
local early, late, below = fixture.program("early"), fixture.program("late"), fixture.program("below")
fixture.attach(parent, late)
fixture.attach(parent, early, "preorder")
fixture.attach(child, below)
local chain = assert(session:chain(parent, "egress"))

-- A preorder program of the parent runs before the child's own.
local function order()
	local names = {}
	for i, id in ipairs(fixture.effective(child)) do
		names[i] = assert(session:program(id)):name()
	end
	return table.concat(names, " ")
end

tap.is(order(), "early below late", "the effective order before")
tap.is(chain:entry(1).preorder, true, "a preorder entry")
tap.is(chain:entry(0).preorder, false, "an entry that is not preorder")
local done = assert(chain:replace("early", fixture.program("early2").id))
tap.is(order(), "early2 below late", "a swap keeps preorder")
tap.is(done:step(0).probe_attached, false, "the order showed it")
assert(chain:replace("late", fixture.program("late2").id))
tap.is(order(), "early2 below late2", "a swap keeps an entry without preorder")
assert(done:rollback())
tap.is(order(), "early below late2", "a rollback keeps it too")

done = assert(chain:replace("early", fixture.program("early3").id, { preorder = false }))
tap.is(order(), "below late2 early3", "preorder = false removes it")
assert(done:rollback())
tap.is(order(), "early below late2", "a rollback restores it")
local tx = assert(session:replace())
assert(tx:add(chain, "late2", fixture.program("late3").id, { preorder = true }))
assert(tx:commit())
tap.is(order(), "late3 early below", "preorder = true, in a transaction")
