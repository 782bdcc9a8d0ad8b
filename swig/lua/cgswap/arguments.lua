-- SPDX-License-Identifier: BSD-2-Clause
-- Checks and converts arguments: selectors, sources, names of features and causes, and tables of options.
local core = require "cgswap_core"

local unpack = table.unpack or unpack -- luacheck: ignore

core.ours() -- these files, whose lines no error names

-- Raises an error that names the line of the script.
local function fail(message, ...)
	core.fail(message:format(...))
end

local function check(value, wanted, argument)
	if core.type(value) ~= wanted then
		fail("%s: %s expected, got %s", argument, wanted, core.type(value))
	end
	return value
end

local function is_program(value)
	return core.type(value) == "cgswap.program"
end

-- A selector or source from a string, an id, a program or a link; nil for other values.
local function name_of(value)
	local kind = core.type(value)
	if kind == "string" then
		return value
	elseif kind == "number" then
		if value >= 0 and value == math.floor(value) and value < 2 ^ 53 then
			return ("id:%.0f"):format(value)
		end
	elseif kind == "cgswap.program" or kind == "cgswap.link" then
		return ("fd:%d"):format(value:fd() or -1)
	end
end

local function check_name(value, argument)
	local name = name_of(value)
	if not name and type(value) == "number" then
		fail("%s: not a valid id", argument)
	end
	return name or check(value, "string", argument)
end

-- A program as it is, or a source.
local function check_new(value, argument)
	if not is_program(value) and type(value) ~= "string" and type(value) ~= "number" then
		fail("%s: cgswap.program or a source expected, got %s", argument, core.type(value))
	end
	return is_program(value) and value or check_name(value, argument)
end

-- The number of a name, or a number.
local function number_of(value, what, count, name_at)
	if type(value) == "number" then
		return value
	end
	check(value, "string", what)
	local names = {}
	for i = 1, count do
		names[i] = name_at(i)
		if names[i] == value then
			return i
		end
	end
	fail("unknown %s '%s'; known: %s", what, value, table.concat(names, ", "))
end

local function feature(value)
	return number_of(value, "feature", core.feature_count(), core.feature_name)
end

local function cause(value)
	if type(value) == "string" then
		return core.cause_by_name(value) or fail("unknown cause '%s'", value)
	end
	return number_of(value, "cause", 0)
end

-- ---- options: a table, the last argument ------------------------------------------------------------

-- A wrong value in a message.
local function shown(value)
	if type(value) == "string" then
		return "'" .. value .. "'"
	end
	return type(value) == "number" and tostring(value) or core.type(value)
end

local function bad_option(name, wanted, value)
	fail("option '%s': %s expected, got %s", name, wanted, core.type(value))
end

-- An option that must be a number, and one in range.
local function bad_number(name, wanted, value)
	if type(value) == "number" then
		fail("option '%s': %s expected, got %s", name, wanted, shown(value))
	end
	bad_option(name, wanted, value)
end

-- An option whose values are true and false.
local function switch(on, off)
	return function(value, name)
		if type(value) ~= "boolean" then
			bad_option(name, "boolean", value)
		end
		return value and on or off
	end
end

-- An option whose values are the names of an enum.
local function words(name_at)
	local numbers, names = {}, {}
	for i = 1, math.huge do
		local name = name_at(i)
		if not name then
			break
		end
		names[i], numbers[name] = name, i
	end
	local wanted = table.concat(names, ", ", 1, #names - 1) .. " or " .. names[#names]
	return function(value, name)
		return numbers[value] or fail("option '%s': %s expected, got %s", name, wanted, shown(value))
	end
end

local function text(value, name)
	if type(value) ~= "string" or value:find("\0", 1, true) then
		bad_option(name, "string", value)
	end
	return value
end

local function anchor(value, name)
	local found = name_of(value)
	if not found or found:find("\0", 1, true) then
		bad_option(name, "a selector, an id, a program or a link", value)
	end
	return found
end

local function integer(value, name)
	if type(value) ~= "number" or value ~= math.floor(value) or value < 0 or
	   (not math.tointeger and value > 2 ^ 53) or (math.tointeger and not math.tointeger(value)) then
		bad_number(name, "integer", value)
	end
	return value
end

-- The ID of a transaction, which is a string in Lua.
local function transaction_id(value, name)
	local id = type(value) == "string" and value:find("^%d+$") and tonumber(value) or value
	if type(id) ~= "number" or id ~= math.floor(id) or id < 0 or id >= 2 ^ 53 then
		fail("%s: the ID of a transaction expected, got %s", name, shown(value))
	end
	return id
end

local function count(value, name)
	if type(value) ~= "number" or value ~= math.floor(value) or value < 0 or value >= 2 ^ 31 then
		bad_number(name, "an integer from 0 to 2147483647", value)
	end
	return value == 0 and -1 or value -- never, which is -1 in C
end

-- A value of a constant as the core takes it.
local function constant(value, name)
	if type(value) == "boolean" then
		return tostring(value)
	elseif type(value) == "number" and value == math.floor(value) then
		return string.format(math.type and math.type(value) == "integer" and "%d" or "%.0f", value)
	end
	return text(value, name)
end

-- A list of "NAME=CHOICE", or a table with CHOICE for each NAME.
local function choices(convert)
	return function(value, name)
		local list, names = {}, {}
		if type(value) ~= "table" then
			bad_option(name, "a table", value)
		end
		for i, choice in ipairs(value) do
			list[i] = text(choice, name)
		end
		for key, choice in pairs(value) do
			if type(key) == "string" then
				names[#names + 1] = text(key, name) .. "=" .. convert(choice, name)
			elseif not list[key] then
				bad_option(name, "a list, or names with a choice each", value)
			end
		end
		table.sort(names)
		for _, choice in ipairs(names) do
			list[#list + 1] = choice
		end
		return list
	end
end

-- A list of strings, for names of programs.
local function list_of(convert)
	return function(value, name)
		if type(value) ~= "table" then
			value = { value }
		end
		local list = {}
		for i, one in ipairs(value) do
			list[i] = convert(one, name)
		end
		return list
	end
end

local function progress(value, name)
	if type(value) ~= "function" then
		bad_option(name, "function", value)
	end
	return value
end

local actions = { list = 0, finish = 1, undo = 2 }
local function action(value, name)
	return actions[value] or
		fail("option '%s': list, finish or undo expected, got %s", name, shown(value))
end

-- By the type of the field in C.
local converters = {
	["const char *"] = text,
	["const char *const *"] = choices(text),
	["uint64_t"] = integer,
	["uint32_t"] = switch(1, 0),
	["int32_t"] = count,
	["enum cgswap_mode"] = words(core.mode_name),
	["enum cgswap_map_policy"] = words(core.map_policy_name),
	["enum cgswap_constant_policy"] = words(core.constant_policy_name),
	["enum cgswap_preorder"] = switch(2, 1),
	["enum cgswap_recover"] = action,
	["enum cgswap_verify"] = switch(1, 2),
	["cgswap_progress_fn"] = progress,
	["cgswap_event_fn"] = progress,
	["cgswap_health_fn"] = progress,
}
local by_name = {
	before = anchor,
	after = anchor,
	reuse_maps_of = list_of(anchor),
	id = function(value, name) return transaction_id(value, "option '" .. name .. "'") end,
	wait_ms = integer,
	keep = integer,
	reserved = false,
	canary = function(value, name)
		return type(value) == "number" and ("%d"):format(integer(value, name)) or text(value, name)
	end,
	only = list_of(text),
	skip = list_of(text),
	disable_features = function(value, name) return table.concat(list_of(text)(value, name), ",") end,
	constant_choices = choices(constant),
	world = function(value) return require "cgswap.world"(value) end,
}

local known = {}
local function options_of(noun)
	if not known[noun] then
		local options = {}
		for name, kind in pairs(core.options(noun)) do
			options[name] = converters[kind]
			if by_name[name] ~= nil then
				options[name] = by_name[name] or nil
			end
		end
		if noun == "attach" then
			options.first, options.last = switch(1, 0), switch(2, 0)
		end
		known[noun] = options
	end
	return known[noun]
end

-- Puts an option into the first struct that has it.
local function take_option(name, value, taken, nouns)
	for i, noun in ipairs(nouns) do
		local convert = options_of(noun)[name]
		local number = convert and convert(value, name)
		if convert and (name == "first" or name == "last") then
			if number ~= 0 and taken[i].position then
				fail("options 'first' and 'last' cannot be given together")
			elseif number ~= 0 then
				taken[i].position = number
			end
			return
		elseif convert then
			taken[i][name] = number
			return
		end
	end
	fail("unknown option '%s'", name)
end

-- Returns a table for each of the option structs, with values for the core; nothing without options.
local function take(given, ...)
	if given == nil then
		return
	elseif type(given) ~= "table" then
		check(given, "table of options", "options")
	end
	local nouns, taken = { ... }, {}
	for i = 1, #nouns do
		taken[i] = {}
	end
	for name, value in pairs(given) do
		if type(name) ~= "string" then
			fail("options must have names")
		end
		take_option(name, value, taken, nouns)
	end
	return unpack(taken)
end

return {
	fail = fail,
	check = check,
	is_program = is_program,
	check_name = check_name,
	check_new = check_new,
	feature = feature,
	cause = cause,
	shown = shown,
	take = take,
	transaction_id = transaction_id,
}
