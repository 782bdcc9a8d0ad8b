-- SPDX-License-Identifier: BSD-2-Clause
-- The module cgswap, for Lua 5.1 to 5.4 and LuaJIT. cgswap_core has a function for each of the library's;
-- here they become methods, and tables of options are checked.
local core = require "cgswap_core"

local cgswap = { _VERSION = core.version() }
local unpack = table.unpack or unpack -- luacheck: ignore
local here = debug and debug.getinfo(1, "S").source

-- Raises an error that names the line of the script.
local function fail(message, ...)
	local level = 3
	while here and (debug.getinfo(level, "S") or {}).source == here do
		level = level + 1
	end
	error(message:format(...), level)
end

-- ---- classes: core.chain_read becomes the method read of a chain ------------------------------------

local classes, metatables = {}, {}
for _, noun in ipairs { "session", "chain", "program", "replace", "object", "link" } do
	classes[noun], metatables[noun] = {}, core.class(noun)
	metatables[noun].__index = classes[noun]
end
for name, call in pairs(core) do
	local noun, method = name:match("^(%a+)_(.+)$")
	if classes[noun] then
		classes[noun][method] = call
	elseif noun then
		cgswap[name] = call
	end
end
cgswap.version = core.version
-- functions that the ones below call, and names of numbers that scripts do not see
for _, class in pairs(classes) do
	class.open, class.new = nil, nil
end
for _, enum in ipairs { "constant_policy", "guard", "log_level", "map_policy", "mode", "position", "preorder" } do
	cgswap[enum .. "_name"] = nil
end
local Session, Chain, Program = classes.session, classes.chain, classes.program
local Replace, Object = classes.replace, classes.object

local function drop(object)
	getmetatable(object).__gc(object)
end

-- ---- arguments --------------------------------------------------------------------------------------

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
	elseif not name then
		fail("%s: string expected, got %s", argument, core.type(value))
	end
	return name
end

local function check_new(value)
	if not is_program(value) and type(value) ~= "string" and type(value) ~= "number" then
		fail("new: cgswap.program or a source expected, got %s", core.type(value))
	end
	return is_program(value) and value or check_name(value, "new")
end

-- The number of a name, or a number.
local function number_of(value, what, count, name_at)
	if type(value) == "number" then
		return value
	elseif type(value) ~= "string" then
		fail("%s: string expected, got %s", what, core.type(value))
	end
	for i = 1, count do
		if name_at(i) == value then
			return i
		end
	end
	fail("unknown %s '%s'", what, value)
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

local function bad_option(name, wanted, value)
	fail("option '%s': %s expected, got %s", name, wanted, core.type(value))
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
		return numbers[value] or bad_option(name, wanted, value)
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
		bad_option(name, "integer", value)
	end
	return value
end

local function count(value, name)
	if type(value) ~= "number" or value ~= math.floor(value) or value < 0 or value >= 2 ^ 31 then
		bad_option(name, "a number", value)
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
	["enum cgswap_verify"] = switch(1, 2),
	["cgswap_progress_fn"] = progress,
}
local by_name = {
	before = anchor, after = anchor, reuse_maps_of = anchor, reserved = false,
	constant_choices = choices(constant), only = list_of(text), skip = list_of(text),
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
		if noun == "object" then
			options.reuse_maps_of = list_of(anchor)
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
		fail("options: table of options expected, got %s", core.type(given))
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

-- ---- the module -------------------------------------------------------------------------------------

function cgswap.session(options)
	return core.session_open((take(options, "session")))
end

for _, what in ipairs { "name", "status", "errnos", "meaning", "remedy", "example" } do
	local get = core["cause_" .. what]
	cgswap["cause_" .. what] = function(value) return get(cause(value)) end
end
function cgswap.cause_at(index)
	local found = core.cause_at(index)
	return found and core.cause_name(found)
end
function cgswap.cause_by_name(name)
	local found = core.cause_by_name(name)
	return found and core.cause_name(found)
end
function cgswap.feature_name(value) return core.feature_name(feature(value)) end
function cgswap.feature_kernel(value) return core.feature_kernel(feature(value)) end

-- A list of { name, short_name }.
function cgswap.attach_types()
	local list = {}
	for i = 1, core.attach_type_count() do
		list[i] = { name = core.attach_type_name(i - 1), short_name = core.attach_type_short_name(i - 1) }
	end
	return list
end

-- ---- session ----------------------------------------------------------------------------------------

function Session.chain(session, cgroup, attach_type)
	if type(cgroup) ~= "string" then
		fail("cgroup: string expected, got %s", core.type(cgroup))
	end
	return core.chain_open(session, cgroup, attach_type)
end

function Session.program(session, source, options)
	return core.program_open(session, check_name(source, "source"), (take(options, "program")))
end

function Session.object(session, path) return core.object_open(session, path) end
function Session.replace(session, options)
	return core.replace_new(session, (take(options, "replace")))
end

function Session.has(session, value) return core.session_has(session, feature(value)) end
function Session.probe(session, value) return core.session_probe(session, feature(value)) end

-- All features by name: true for those that the kernel has.
function Session.features(session)
	local all = {}
	for i = 1, core.feature_count() do
		local has, message, err = core.session_has(session, i)
		if has == nil then
			return nil, message, err
		end
		all[core.feature_name(i)] = has
	end
	return all
end

-- session:walk([cgroup,] function)
function Session.walk(session, cgroup, visit)
	if type(cgroup) == "function" then
		cgroup, visit = nil, cgroup
	end
	return core.session_walk(session, cgroup, visit)
end

-- The paths that walk() visits.
function Session.cgroups(session, below)
	local list = {}
	local good, message, err = core.session_walk(session, below, function(path)
		list[#list + 1] = path
	end)
	if not good then
		return nil, message, err
	end
	return list
end

-- ---- chain: entries ---------------------------------------------------------------------------------

local PROGRAMS, ALL = 1, 15
local bits = { programs = 1, links = 2, preorder = 4, metadata = 8 }
local part_of = core.fields("entry")

local function has_bit(mask, bit)
	return mask % (2 * bit) >= bit
end

local function with_bits(mask, other)
	for bit = 0, 3 do
		bit = 2 ^ bit
		if has_bit(other, bit) and not has_bit(mask, bit) then
			mask = mask + bit
		end
	end
	return mask
end

-- The mask of a part, or of a list of parts.
local function check_parts(parts)
	local mask = 0
	for _, part in ipairs(type(parts) == "table" and parts or { parts }) do
		mask = with_bits(mask, bits[part] or
				 fail("programs, links, preorder and metadata can be described"))
	end
	return mask
end

local function may_be_missing(err)
	return err.status == "permission" or err.status == "unsupported"
end

-- Describes the parts that can be described: those that need a missing privilege or a newer kernel stay
-- nil. Returns their mask.
local function describe(chain, parts)
	local good, message, err = core.chain_describe(chain, parts)
	if good then
		return parts
	elseif not may_be_missing(err) then
		return nil, message, err
	end
	good, message, err = core.chain_describe(chain, 0) -- it must have been read
	if not good then
		return nil, message, err
	end
	local described = 0
	for bit = 0, 3 do
		bit = 2 ^ bit
		if has_bit(parts, bit) and core.chain_describe(chain, bit) then
			described = described + bit
		end
	end
	return described
end

local Entry = { __name = "cgswap.entry" }

function Entry.__tostring(entry)
	return ("cgswap.entry (%d: id %d%s)"):format(entry.position, entry.id,
		rawget(entry, "name") and " " .. entry.name or "")
end

-- Reads a part of an entry that was not described when the entry was obtained.
local function read_part(meta, entry, key)
	local part = part_of[key]
	if not part or part == 0 or has_bit(meta.tried, part) then
		return nil
	end
	local chain = meta.chain
	local described, message = describe(chain, part)
	if not described then
		fail("%s", message)
	end
	local now = core.records("entry", chain, entry.position, 1, described)[1]
	if core.kept(chain).snapshot ~= meta.snapshot or now.id ~= entry.id or
	   core.chain_revision(chain) ~= meta.revision then
		fail("entry.%s: the chain was read again since the entry was obtained", key)
	end
	for name, value in pairs(now) do
		rawset(entry, name, value)
	end
	return now[key]
end

-- A list of entries, with the parts that were described, and others that are read when they are used.
local function list_entries(chain, first, last, parts)
	core.chain_length(chain) -- checks the argument
	parts = with_bits(parts, core.kept(chain).parts or PROGRAMS)
	local described, message, err = describe(chain, parts)
	if not described then
		return nil, message, err
	end
	local length = core.chain_length(chain)
	last = math.min(last or length - 1, length - 1)
	local meta = {
		__name = Entry.__name,
		__tostring = Entry.__tostring,
		chain = chain,
		revision = core.chain_revision(chain),
		snapshot = core.kept(chain).snapshot,
		tried = parts,
	}
	function meta.__index(entry, key) return read_part(meta, entry, key) end
	return core.records("entry", chain, first, math.max(last - first + 1, 0), described, meta)
end

-- chain:entries([parts]): a list of the entries; parts as for describe()
function Chain.entries(chain, parts)
	return list_entries(chain, 0, nil, check_parts(parts))
end

-- chain:each([parts]): for entry in chain:each() do ... end, over the present snapshot
function Chain.each(chain, parts)
	local list, message, err = list_entries(chain, 0, nil, check_parts(parts))
	if not list then
		return nil, message, err
	end
	local i = 0
	return function()
		i = i + 1
		return list[i]
	end
end

-- chain:entry(position): nil past the end
function Chain.entry(chain, position)
	if type(position) ~= "number" then
		fail("position: number expected, got %s", core.type(position))
	elseif position ~= math.floor(position) or math.abs(position) >= 2 ^ 31 then
		fail("position: not an integer in range")
	elseif position < 0 then
		return nil
	end
	local list, message, err = list_entries(chain, position, position, 0)
	if not list then
		return nil, message, err
	end
	return list[1]
end

-- chain:find(selector): the entry
function Chain.find(chain, selector)
	local position, message, err = core.chain_find(chain, check_name(selector, "selector"))
	if not position then
		return nil, message, err
	end
	return Chain.entry(chain, position)
end

-- chain:describe([parts]): "programs", "links", "preorder", "metadata" or a list of them; all by default.
-- Entries that are obtained from now on have these parts, until the chain is read again.
function Chain.describe(chain, parts)
	local mask = parts == nil and ALL or check_parts(parts)
	local good, message, err = core.chain_describe(chain, mask)
	if good then
		local kept = core.kept(chain)
		kept.parts = with_bits(kept.parts or PROGRAMS, mask)
	end
	return good, message, err
end

-- chain:read_leftovers(): a list of the paths of temporary pins
function Chain.read_leftovers(chain)
	local good, message, err = core.chain_read_leftovers(chain)
	if not good then
		return nil, message, err
	end
	local paths = {}
	for i = 1, core.chain_leftover_count(chain) do
		paths[i] = core.chain_leftover(chain, i - 1)
	end
	return paths
end

-- chain:read_effective(): a list of ids, in the order in which the programs run
function Chain.read_effective(chain)
	local good, message, err = core.chain_read_effective(chain)
	if not good then
		return nil, message, err
	end
	local list = {}
	for i = 1, core.chain_effective_length(chain) do
		list[i] = core.chain_effective_id(chain, i - 1)
	end
	return list
end

-- ---- chain: changes ---------------------------------------------------------------------------------

-- Passes results on after a call that may have read the chain again.
local function read_again(chain, ...)
	local kept = core.kept(chain)
	kept.parts, kept.snapshot = nil, {}
	return ...
end

function Chain.read(chain)
	return read_again(chain, core.chain_read(chain))
end

-- chain:attach(program or source [, options]): true, or a link without a pin
function Chain.attach(chain, program, options)
	local taken = take(options, "attach")
	if type(program) ~= "string" and type(program) ~= "number" then
		return read_again(chain, core.chain_attach(chain, program, taken))
	end
	local opened, message, err = Session.program(core.kept(chain).session, program,
						     { attach_type = core.chain_attach_type(chain) })
	if not opened then
		return nil, message, err
	end
	local done
	done, message, err = core.chain_attach(chain, opened, taken)
	drop(opened)
	read_again(chain)
	if not done then
		return nil, message, err
	end
	return done
end

function Chain.detach(chain, selector, options)
	return read_again(chain, core.chain_detach(chain, check_name(selector, "selector"),
						   (take(options, "detach"))))
end

local function add(replace, chain, old, new, options)
	local call = is_program(new) and core.replace_add or core.replace_add_source
	local good, message, err = read_again(chain, call(replace, chain, old, new, options))
	if not good then
		return nil, message, err
	end
	local chains = core.kept(replace)
	chains[#chains + 1] = chain
	return true
end

-- chain:replace(old, new [, options]): one swap, committed and verified, or only checked with dry_run.
-- Returns the replace.
function Chain.replace(chain, old, new, options)
	core.chain_length(chain) -- checks the argument
	old, new = check_name(old, "old"), check_new(new)
	local of_replace, of_step, of_commit = take(options, "replace", "step", "commit")
	local replace, message, err = core.replace_new(core.kept(chain).session, of_replace)
	local good = replace
	if replace then
		good, message, err = add(replace, chain, old, new, of_step)
	end
	if good then
		if of_replace and of_replace.dry_run == 1 then
			good, message, err = core.replace_check(replace)
		else
			good, message, err = core.replace_commit(replace, of_commit)
		end
	end
	if good then
		return replace
	elseif replace then
		drop(replace) -- with the program that was loaded for it
	end
	return nil, message, err
end

-- ---- replace ----------------------------------------------------------------------------------------

-- replace:add(chain, old, new [, options])
function Replace.add(replace, chain, old, new, options)
	return add(replace, chain, check_name(old, "old"), check_new(new), (take(options, "step")))
end

Replace.add_source = Replace.add -- its name in C, for a source

-- The chains of steps that were added by C.
local function add_chains(replace)
	local chains = core.kept(replace)
	for i = #chains + 1, core.replace_length(replace) do
		chains[i] = core.step_chain(replace, i - 1)
		core.kept(chains[i]).session = chains.session
	end
	return replace
end

-- replace:add_object(cgroup, object [, options])
function Replace.add_object(replace, cgroup, object, options)
	local good, message, err = core.replace_add_object(replace, cgroup, object,
							   (take(options, "object")))
	if not good then
		return nil, message, err
	end
	add_chains(replace)
	return true
end

-- replace:commit([{ progress = function, retry_time_ms = number }])
function Replace.commit(replace, options)
	return core.replace_commit(replace, (take(options, "commit")))
end

local Step = { __name = "cgswap.step" }

function Step.__tostring(step)
	return ("cgswap.step (%s: id %s, new id %d)"):format(step.state, step.old_id or "none", step.new_id)
end

local function list_steps(replace, first, amount)
	local list = core.records("step", replace, first, amount, 0, Step)
	for i, step in ipairs(list) do
		step.chain = core.kept(replace)[first + i]
	end
	return list
end

-- replace:step(index), from 0; nil past the end
function Replace.step(replace, index)
	if index < 0 or index >= core.replace_length(replace) then
		return nil
	end
	return list_steps(replace, index, 1)[1]
end

-- replace:steps(): a list
function Replace.steps(replace)
	return list_steps(replace, 0, core.replace_length(replace))
end

-- ---- program and object: lists of tables ------------------------------------------------------------

-- object:load([options])
function Object.load(object, options)
	return core.object_load(object, (take(options, "object")))
end

-- object:program(name)
function Object.program(object, name)
	local program, message, err = core.object_open_program(object, name)
	if not program then
		return nil, message, err
	end
	core.kept(program).session = core.kept(object).session
	return program
end

Object.open_program = Object.program -- its name in C

-- object:attach(cgroup [, options]): the committed transaction
function Object.attach(object, cgroup, options)
	local replace, message, err = core.object_attach(object, cgroup, (take(options, "object")))
	if not replace then
		return nil, message, err
	end
	core.kept(replace).session = core.kept(object).session
	return add_chains(replace)
end

function Program.maps(program) return core.records("program", program, 0, 1, 0)[1].maps end
for _, field in ipairs { "license", "programs", "maps", "metadata" } do
	Object[field] = function(object) return core.records("object", object, 0, 1, 0)[1][field] end
end

-- ---- metamethods ------------------------------------------------------------------------------------

metatables.chain.__len = core.chain_length
metatables.replace.__len = core.replace_length

local descriptions = {
	session = function(session) return session:kernel(), session:cgroup_root() end,
	chain = function(chain) return chain:cgroup(), chain:attach_type() end,
	link = function(link) return link:fd() and "descriptor " .. link:fd() end,
	program = function(program) return program:id() and "id " .. program:id(), program:name() end,
	replace = function(replace) return #replace, #replace == 1 and "step" or "steps" end,
	object = function(object)
		local programs = #object:programs()
		return programs > 0 and programs, programs == 1 and "program" or "programs"
	end,
}

for noun, metatable in pairs(metatables) do
	local describe_it = descriptions[noun]
	function metatable.__tostring(object)
		local first, second = describe_it(object)
		return ("%s (%s%s)"):format(metatable.__name, first or "closed",
			first and second and " " .. second or "")
	end

	if noun ~= "link" then -- links are equal only to themselves
		metatable.__eq = core.same
	end

	-- <close>: a replace rolls back if the block ends with an error
	function metatable.__close(object, failure)
		local good, _, err = true, nil, nil
		if noun == "replace" and failure ~= nil then
			good, _, err = object:rollback()
		end
		if good or err.status == "closed" then
			good, _, err = object:close()
		end
		if not good and err.cause ~= "bad_argument" then -- that is an object that was collected
			err.during = failure
			error(err, 0)
		end
	end
end

return cgswap
