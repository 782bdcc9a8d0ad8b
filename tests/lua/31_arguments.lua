-- SPDX-License-Identifier: BSD-2-Clause
-- An error of an argument names the argument or the option, and the line of the script; a word that is none of
-- those allowed is shown with them.
local tap, fixture = ...
local cgswap = require "cgswap"
local core = require "cgswap_core"

local here = debug.getinfo(1, "S").short_src .. ":"
local session = assert(cgswap.session { kernel = "model" })
local chain = assert(session:chain("web.slice", "egress"))
local replace = assert(session:replace())

-- Methods that call functions with other arguments.
tap.raises("object: cgswap.object expected, got nothing", "add_object without an object",
	   function() replace:add_object("web.slice", nil) end)
tap.raises("object: cgswap.object expected, got cgswap.chain", "with another one",
	   function() replace:add_object("web.slice", chain) end)
tap.raises("cgroup: string expected, got nothing", "without a cgroup",
	   function() replace:add_object(nil, nil) end)
tap.raises("cgroup: string expected, got table", "add_recursive with a table",
	   function() replace:add_recursive({}, "egress", "name:fw", "fw2") end)
tap.raises("attach_type: string expected, got number", "with an attach type that is a number",
	   function() replace:add_recursive("web.slice", 1, "name:fw", "fw2") end)
tap.raises("attach_type: string expected, got nothing", "a chain without an attach type",
	   function() session:chain("web.slice") end)
tap.raises("path: string expected, got boolean", "an object from a boolean", function() session:object(true) end)
tap.raises("replace: cgswap.replace expected, got string", "a method of a string",
	   function() replace.add_object("web.slice", "x") end)

-- Words.
tap.raises("option 'action': list, finish or undo expected, got 'zap'", "an unknown action",
	   session.recover, session, { action = "zap" })
tap.raises("option 'action': list, finish or undo expected, got 7", "an action that is a number",
	   session.recover, session, { action = 7 })
tap.raises("option 'mode': multi, override or none expected, got 'zap'", "an unknown mode",
	   chain.attach, chain, "id:1", { mode = "zap" })
tap.raises("option 'maps': reuse, new or require expected, got boolean", "a map policy that is a boolean",
	   session.program, session, "id:1", { maps = true })
tap.raises("parts: entries, links, pins or processes expected, got 'zap'", "a part that find does not know",
	   session.find, session, "name:fw", { "zap" })
tap.raises("parts: programs, links, preorder or metadata expected, got 'zap'", "one that describe does not know",
	   chain.describe, chain, "zap")
tap.raises("replace", "an unknown feature, with those that are known", session.has, session, "zap")

-- Numbers.
tap.raises("option 'retry_time_ms': an integer from 0 to 2147483647 expected, got -1", "a time below 0", cgswap.session,
	   { kernel = "model", retry_time_ms = -1 })
tap.raises("option 'wait_ms': integer expected, got 1.5", "a fraction", session.recover, session, { wait_ms = 1.5 })
tap.raises("option 'wait_ms': the number does not fit", "one that is too large", session.recover, session,
	   { wait_ms = 2 ^ 40 })

-- Worlds.
tap.raises("world: missing: table expected, got number", "missing, which is a number", cgswap.session,
	   { kernel = "model", world = { missing = 3 } })
tap.raises("world: maps: string expected, got table", "a map that is a table", cgswap.session,
	   { kernel = "model", world = { programs = { x = { type = "egress", maps = { {} } } } } })

-- A reason of a health check is cut between two characters.
local other = assert(cgswap.session { kernel = "model", world = {
	cgroups = { web = { egress = { "fw" } } }, programs = { fw2 = "egress" } } })
local transaction = assert(other:replace())
assert(transaction:add(assert(other:chain("web", "egress")), "name:fw", "pin:/sys/fs/bpf/fw2"))
local err = tap.refused("health_check_failed", "a long reason", transaction:commit { health = function()
	return ("\195\169"):rep(9000)
end })
tap.is(err.message:find("\195'", 1, true), nil, "is cut between two characters")

-- The functions that the module's files call.
for _, call in pairs(core) do
	if type(call) == "function" then
		pcall(call)
		pcall(call, {})
		pcall(call, "x", 0, 0, 0)
	end
end
tap.ok(true, "wrong calls of these are errors too")

-- Every function and method, with a wrong value for each argument.
local function strange()
	return {}, function() end, coroutine.create(function() end), io.stdout, 0 / 0, 1 / 0, -1, 2 ^ 63, 1.5, "a\0b", "", true
end
local wrong, tried = {}, 0

-- Checks the results of pcall().
local function judge(name, good, first, message, err)
	tried = tried + 1
	if good and first == nil and message ~= nil and not (type(err) == "table" and err.cause) then
		wrong[#wrong + 1] = name .. ": " .. tostring(message)
	elseif not good and (type(first) ~= "string" or first:sub(1, #here) ~= here or first:find("#", 1, true) or
			     not first:match(":%d+: [%a ]*[%a_']+")) then
		wrong[#wrong + 1] = name .. ": " .. tostring(first)
	end
end

local function try(name, call, ...)
	local given, count = { ... }, select("#", ...)
	for at = 1, 5 do
		for i = 1, select("#", strange()) do
			local arguments = {}
			for n = 1, 5 do
				arguments[n] = n <= count and given[n] or "x"
			end
			arguments[at] = (select(i, strange()))
			judge(name .. " " .. at .. " " .. i, pcall(function()
				local a, b, c = call(arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
				return a, b, c
			end))
		end
		judge(name .. " " .. at .. " nil", pcall(function()
			local a, b, c = call((table.unpack or unpack)(given, 1, at - 1))
			return a, b, c
		end))
	end
end

for name, call in pairs(cgswap) do
	if type(call) == "function" then
		try("cgswap." .. name, call)
	end
end
for noun, open in pairs {
	session = function() return assert(cgswap.session { kernel = "model" }) end,
	chain = function() return assert(session:chain("web.slice", "egress")) end,
	replace = function() return assert(session:replace()) end,
	program = function() return assert(session:program(chain[1].id)) end,
	object = function()
		return assert(session:object(fixture.build("tests/bpf/object/several_programs.bpf.o")))
	end,
} do
	for name, call in pairs(core.class(noun).__class) do
		try(noun .. ":" .. name, call, open())
	end
end
table.sort(wrong)
tap.ok(tried > 3000, "every function was tried")
tap.is(table.concat(wrong, "\n#"), "", "each answers with an error or a result")
