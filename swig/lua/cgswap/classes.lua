-- SPDX-License-Identifier: BSD-2-Clause
-- The classes of the module: core.chain_read becomes the method read of a chain, and a function that belongs
-- to no class one of the module.
local core = require "cgswap_core"

local classes, metatables, functions = {}, {}, {}
for _, noun in ipairs { "session", "chain", "program", "replace", "object", "link" } do
	classes[noun], metatables[noun] = {}, core.class(noun)
	metatables[noun].__class, metatables[noun].__index = classes[noun], classes[noun]
end
for name, call in pairs(core) do
	local noun, method = name:match("^(%a+)_(.+)$")
	if classes[noun] then
		classes[noun][method] = call
	elseif noun then
		functions[name] = call
	end
end
functions.version, functions.step_chain = core.version, nil
-- session:find(), clean(), recover(), undo() and history() have their results as tables
functions.find_open, functions.find_close, functions.journal_close = nil, nil, nil
functions.history_open, functions.history_close, functions.history_length = nil, nil, nil
functions.clean_open, functions.clean_remove, functions.clean_close = nil, nil, nil
-- functions that the ones below call, and names of numbers that scripts do not see
for _, class in pairs(classes) do
	class.open, class.new = nil, nil
end
for _, enum in ipairs { "constant_policy", "entry_state", "event_kind", "guard", "log_level", "map_policy", "mode", "position", "preorder" } do
	functions[enum .. "_name"] = nil
end

local module = { classes = classes, metatables = metatables, functions = functions }

-- Frees an object before the garbage collector does.
function module.drop(object)
	getmetatable(object).__gc(object)
end

-- Passes results on after a call that may have read the chain again.
function module.read_again(chain, ...)
	local kept = core.kept(chain)
	kept.parts, kept.snapshot = nil, {}
	return ...
end

-- Lists: object[1] is the first element, and nil for a number that is not an index.
function module.index(metatable, class, element)
	function metatable.__index(object, key)
		local method = class[key]
		if method or type(key) ~= "number" then
			return method
		elseif key < 1 or key > #object or key ~= math.floor(key) then
			return nil
		end
		return element(object, key)
	end
	function metatable.__ipairs(object) -- ipairs() of Lua 5.2 asks for it, and 5.3 indexes
		return function(_, i)
			local found = object[i + 1]
			if found ~= nil then
				return i + 1, found
			end
		end, object, 0
	end
end

return module
