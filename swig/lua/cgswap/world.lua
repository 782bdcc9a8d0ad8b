-- SPDX-License-Identifier: BSD-2-Clause
-- Turns the table that fills the model into lines of text, as the library reads them.
local arguments = require "cgswap.arguments"
local fail, check = arguments.fail, arguments.check

local function sorted_keys(given, what)
	local keys = {}
	for key in pairs(check(given or {}, "table", "world: " .. what)) do
		keys[#keys + 1] = check(key, "string", "world: a key of " .. what)
	end
	table.sort(keys)
	return keys
end

local function add_line(lines, words)
	for i, word in ipairs(words) do
		if check(word, "string", "world: name") == "" then
			fail("world: a name is empty")
		end
		words[i] = word:gsub("[ \t\r\n\\]", function(character)
			return ("\\%03o"):format(character:byte())
		end)
	end
	lines[#lines + 1] = table.concat(words, " ")
end

-- Adds the name of an entry or a program, and its other keys, to the words of its line.
local function add_words(words, given, key)
	if type(given) ~= "table" then
		words[#words + 1] = check(given, "string", "world: " .. key)
		return words
	end
	words[#words + 1] = check(given[key], "string", "world: " .. key)
	for _, option in ipairs(sorted_keys(given, key)) do
		local value = given[option]
		if type(value) == "table" then
			for _, one in ipairs(value) do
				check(one, "string", "world: " .. option)
			end
			value = table.concat(value, ",")
		end
		if option ~= key and value then
			words[#words + 1] = value == true and option or
				option .. "=" .. check(value, "string", "world: " .. option)
		end
	end
	return words
end

local function add_chains(lines, path, chains)
	for _, attach_type in ipairs(sorted_keys(chains, "cgroups." .. path)) do
		local entries = check(chains[attach_type], "table", "world: cgroups." .. path .. "." .. attach_type)
		for _, entry in ipairs(entries) do
			add_line(lines, add_words({ "attach", path, attach_type }, entry, "name"))
		end
	end
end

-- The text of a table; a text as it is.
return function(world)
	local lines = {}
	if type(world) == "string" then
		return world
	end
	check(world, "table", "world")
	for _, key in ipairs(sorted_keys(world, "the world")) do
		if key ~= "cgroups" and key ~= "programs" and key ~= "missing" then
			fail("world: unknown key '%s'; known: cgroups, programs, missing", key)
		end
	end
	for _, name in ipairs(sorted_keys(world.programs, "programs")) do
		add_line(lines, add_words({ "program", name }, world.programs[name], "type"))
	end
	for _, path in ipairs(sorted_keys(world.cgroups, "cgroups")) do
		add_line(lines, { "cgroup", path })
		add_chains(lines, path, world.cgroups[path])
	end
	for _, capability in ipairs(check(world.missing or {}, "table", "world: missing")) do
		add_line(lines, { "missing", capability })
	end
	return table.concat(lines, "\n")
end
