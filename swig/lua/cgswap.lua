-- SPDX-License-Identifier: BSD-2-Clause
-- The module cgswap, for Lua 5.1 to 5.4 and LuaJIT. cgswap_core has a function for each of the library's;
-- in cgswap/ they become methods of classes, and tables of options are checked.
local core = require "cgswap_core"

local module = require "cgswap.classes"
local arguments = require "cgswap.arguments"
local transaction = require "cgswap.replace"
require "cgswap.chain"

local Session, Program, Object = module.classes.session, module.classes.program, module.classes.object
local fail, check, take, feature = arguments.fail, arguments.check, arguments.take, arguments.feature

local cgswap = module.functions
cgswap._VERSION = core.version()

-- ---- the module -------------------------------------------------------------------------------------

function cgswap.session(options)
	return core.session_open((take(options, "session")))
end

for _, what in ipairs { "name", "status", "errnos", "meaning", "remedy", "example",
	"per_cgroup" } do
	local get = core["cause_" .. what]
	cgswap["cause_" .. what] = function(value) return get(arguments.cause(value)) end
end
function cgswap.cause_at(index)
	local found = core.cause_at(check(index, "number", "index"))
	return found and core.cause_name(found)
end
function cgswap.cause_by_name(name)
	local found = core.cause_by_name(check(name, "string", "name"))
	return found and core.cause_name(found)
end
function cgswap.feature_name(value) return core.feature_name(feature(value)) end
function cgswap.feature_kernel(value) return core.feature_kernel(feature(value)) end

-- A list of { name, short_name, program_type, sections, sees }.
function cgswap.attach_types()
	local list = {}
	for i = 1, core.attach_type_count() do
		local sections = {}
		for name in core.attach_type_sections(i - 1):gmatch("%S+") do
			sections[#sections + 1] = name
		end
		list[i] = {
			name = core.attach_type_name(i - 1),
			short_name = core.attach_type_short_name(i - 1),
			program_type = core.attach_type_program_type(i - 1),
			sections = sections,
			sees = core.attach_type_sees(i - 1),
		}
	end
	return list
end

-- ---- session ----------------------------------------------------------------------------------------

function Session.chain(session, cgroup, attach_type)
	check(cgroup, "string", "cgroup")
	return core.chain_open(session, cgroup, attach_type)
end

function Session.program(session, source, options)
	return core.program_open(session, arguments.check_name(source, "source"), (take(options, "program")))
end

function Session.object(session, path) return core.object_open(session, path) end
function Session.replace(session, options)
	return core.replace_new(session, (take(options, "replace")))
end

-- session:recover([options]): the record of the unfinished transaction; false if there is none
function Session.recover(session, options)
	local journal, message, err = core.session_recover(session, (take(options, "recover")))
	if not journal then
		return nil, message, err
	end
	local record = core.records("journal", journal, 0, 1, 0)[1]
	module.drop(journal)
	return record.id and record or false
end

-- session:undo([options]): the record of the transaction that was taken back; options: id, wait_ms, old_maps
function Session.undo(session, options)
	local journal, message, err = core.session_undo(session, (take(options, "undo")))
	if not journal then
		return nil, message, err
	end
	local record = core.records("journal", journal, 0, 1, 0)[1]
	module.drop(journal)
	return record
end

-- session:forget(id), which is a string, or a number
function Session.forget(session, id)
	return core.session_forget(session, arguments.transaction_id(id, "id"))
end

-- session:history(): a list of the transactions that ended, the newest first
function Session.history(session)
	local history, message, err = core.history_open(session)
	if not history then
		return nil, message, err
	end
	local list = core.records("transaction", history, 0, core.history_length(history), 0)
	module.drop(history)
	return list
end

-- session:find(selector [, parts]): a table of the programs, entries, links, pins and processes. parts:
-- "entries", "links", "pins", "processes" or a list of them; all by default.
local find_bits = { entries = 1, links = 2, pins = 4, processes = 8 }

function Session.find(session, selector, parts)
	local what, wanted = 0, {}
	for _, part in ipairs(type(parts) == "table" and parts or { parts }) do
		wanted[part] = find_bits[part] or
			fail("parts: entries, links, pins or processes expected, got %s", arguments.shown(part))
	end
	for part, bit in pairs(find_bits) do
		what = what + ((parts == nil or wanted[part]) and bit or 0)
	end
	local find, message, err = core.find_open(session, arguments.check_name(selector, "selector"), what)
	if not find then
		return nil, message, err
	end
	local found = core.records("found", find, 0, 1, 0)[1]
	module.drop(find)
	return found
end

-- session:clean([options]): a list of tables with kind, path, removed and reason; options: dry_run
function Session.clean(session, options)
	local clean, message, err = core.clean_open(session)
	if clean and not (options and check(options, "table", "options").dry_run) then
		local good
		good, message, err = core.clean_remove(clean)
		clean = good and clean
	end
	if not clean then
		return nil, message, err
	end
	local leftovers = core.records("clean", clean, 0, 1, 0)[1].leftovers
	module.drop(clean)
	return leftovers
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
	check(visit, "function", "visit")
	return core.session_walk(session, cgroup and check(cgroup, "string", "cgroup"), visit)
end

-- The paths that walk() visits.
function Session.cgroups(session, below)
	local list = {}
	local good, message, err = Session.walk(session, below, function(path)
		list[#list + 1] = path
	end)
	if not good then
		return nil, message, err
	end
	return list
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
	check(cgroup, "string", "cgroup")
	local replace, message, err = core.object_attach(object, cgroup, (take(options, "object")))
	if not replace then
		return nil, message, err
	end
	core.kept(replace).session = core.kept(object).session
	return transaction.add_chains(replace)
end

function Program.maps(program) return core.records("program", program, 0, 1, 0)[1].maps end
for _, field in ipairs { "license", "programs", "maps", "metadata", "note" } do
	Object[field] = function(object) return core.records("object", object, 0, 1, 0)[1][field] end
end

-- ---- metamethods ------------------------------------------------------------------------------------

local descriptions = {
	session = function(session) return session:kernel(), session:cgroup_root() end,
	chain = function(chain) return chain:cgroup(), chain:attach_type() end,
	link = function(link) return link:fd() and "descriptor " .. link:fd() end,
	program = function(program) return program:id() and "id " .. program:id(), program:name() end,
	replace = function(replace) -- checking an empty one does nothing
		local open = #replace > 0 or core.replace_check(replace)
		return open and #replace, open and (#replace == 1 and "step" or "steps")
	end,
	object = function(object)
		local programs = #object:programs()
		return programs > 0 and programs, programs == 1 and "program" or "programs"
	end,
}

for noun, metatable in pairs(module.metatables) do
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
