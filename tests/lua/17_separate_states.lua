-- SPDX-License-Identifier: BSD-2-Clause
-- Several Lua states in one process: one within a call of another, and in threads at once.
local tap, fixture = ...
local cgswap = require "cgswap"

local path = fixture.cgroup("states")
fixture.attach(path, fixture.program("p1"))
local new = fixture.program("new")
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))

local chunk = [[
	local cgswap = require "cgswap"
	local session = assert(cgswap.session())
	local chain = assert(session:chain(..., "egress"))
	local lines = 0
	assert(session:set_log(function() lines = lines + 1 end))
	local nothing, message, err = chain:find("absent")
	return #chain .. " " .. err.cause .. " " .. chain:entry(0).type
]]
local wanted = "1 not_attached cgroup_skb"
tap.is(fixture.state(chunk, path), wanted, "another state works")
tap.is(#chain, 1, "this state still works")

-- Within a callback: an error in the other state is not this state's error.
local _, _, before = chain:find("first")
local inside
assert(assert(chain:replace("p1", new.id, { progress = function()
	inside = fixture.state(chunk, path)
end })):rollback())
tap.is(inside, wanted, "a state within a callback of this one")
tap.has(before.message, "first", "an error is a copy")
local error_inside = fixture.state([[
	local cgswap = require "cgswap"
	local session = assert(cgswap.session())
	local chain = assert(session:chain(..., "egress"))
	local tx = assert(session:replace())
	assert(tx:add(chain, "p1", chain:entry(0).id))
	local good, message = pcall(tx.commit, tx, { progress = function() error("inner") end })
	return tostring(good) .. " " .. message
]], path)
tap.has(error_inside, "inner", "an error in a callback is that state's")
tap.is(chain:read(), true, "this state still works")

-- A state is closed with open objects, a log function, an iteration, and an unread error.
tap.is(fixture.state([[
	local cgswap = require "cgswap"
	local session = assert(cgswap.session())
	session:set_log(function() end)
	everything = { session, session:chain(..., "egress"), session:replace() }
	everything[4] = everything[2]:each()
	everything[2]:find("absent")
	local late = setmetatable({}, { __gc = function()
		everything[2]:read()
		everything[2]:replace("p1", "x")
		everything[1]:set_log(nil)
		everything[1]:close()
	end })
	everything[5] = late
	return "left"
]], path), "left", "a state is closed with all of these")

for i, result in ipairs(fixture.threads(chunk, path)) do
	tap.is(result, wanted, "thread " .. i)
end

package.loaded.cgswap = nil
local again = require "cgswap"
tap.ok(again.session, "the module can be loaded again")
tap.is(chain:read(), true, "an open chain still works")
tap.is(again.session({}):chain(path, "egress"):replace("p1", session:program(new.id)) ~= nil, true,
       "both at once")
