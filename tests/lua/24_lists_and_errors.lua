-- SPDX-License-Identifier: BSD-2-Clause
-- Chains and transactions are lists, entries and steps can be printed, assert() shows all of an error, and
-- a wrong argument is named.
local tap = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session { kernel = "model" })
local chain = assert(session:chain("web.slice", "egress"))
tap.is(#chain, 3, "the length of a chain")
tap.is(chain[1].name, "fw", "its first entry is at 1")
tap.is(chain[3].position, 2, "its last one")
for _, index in ipairs { 0, 4, -1, 1.5, 2 ^ 60, 1 / 0 } do
	tap.is(chain[index], nil, "no entry at " .. index)
end
tap.is(chain.nothing, nil, "no method of another name")
local names = {}
for i = 1, #chain do
	names[i] = chain[i].name
end
tap.is(table.concat(names, " "), "fw count mark", "a loop from 1")
if _VERSION ~= "Lua 5.1" then
	local count = 0
	for i, entry in ipairs(chain) do
		count = count + 1
		tap.is(entry.name, names[i], "ipairs")
	end
	tap.is(count, 3, "ipairs visits all entries")
end
local visited = 0
for i, entry in getmetatable(chain).__ipairs(chain) do
	visited = visited + 1
	tap.is(entry.name, names[i], "ipairs of Lua 5.2")
end
tap.is(visited, 3, "visits all entries")

local replace = assert(chain:replace("fw", "pin:/sys/fs/bpf/fw2"))
tap.is(#replace, 1, "the length of a transaction")
tap.is(replace[1].old_id, 1, "its first step is at 1")
tap.is(replace[2], nil, "no second step")
tap.is(tostring(chain[1]), ("cgswap.entry (0: id %d fw2)"):format(chain[1].id), "an entry is printed")
tap.has(tostring(replace[1]), "cgswap.step (done: id 1, new id ", "a step is printed")
tap.has(cgswap._VERSION, "0.", "the version")

local good, text = pcall(function() assert(chain:replace("absent", "pin:/sys/fs/bpf/fw2")) end)
tap.is(good, false, "assert raises an error")
tap.has(text, "'absent' is not attached to egress of", "its message")
tap.has(text, " [not_attached]; ", "its cause")
local _, _, err = chain:find("absent")
tap.has(text, err.remedy, "its remedy")
tap.is(err.message:find("not_attached"), nil, "the message alone is in the table")

chain:close()
tap.is(#chain, 0, "a closed chain is empty")
tap.is(chain[1], nil, "and has no entries")
chain = assert(session:chain("web.slice", "egress"))

local function names_it(part, call, ...)
	tap.raises(part, part, call, ...)
end
names_it("cgroup: string expected, got number", session.chain, session, 7, "egress")
names_it("attach_type: string expected, got nothing", session.chain, session, "web.slice")
names_it("source: string expected, got nothing", session.program, session)
names_it("path: string expected, got nothing", session.object, session)
names_it("feature: string expected, got nothing", session.has, session)
names_it("attach_type: string expected, got table", session.has_attach_type, session, {})
names_it("visit: function expected, got number", session.walk, session, nil, 7)
names_it("cgroup: string expected, got number", session.walk, session, 7, print)
names_it("cgroup: string expected, got number", session.cgroups, session, 7)
names_it("log: function expected, got number", session.set_log, session, 7)
names_it("parts: programs, links", chain.entries, chain, 7)
names_it("position: number expected, got nothing", chain.entry, chain)
names_it("selector: string expected, got nothing", chain.find, chain)
names_it("index: number expected, got nothing", chain.leftover, chain)
names_it("index: number expected, got string", chain.effective_id, chain, "x")
names_it("program: cgswap.program expected, got nothing", chain.attach, chain)
names_it("program: cgswap.program expected, got cgswap.session", chain.attach, chain, session)
names_it("option 'before': a selector, an id, a program or a link expected, got table", chain.attach, chain, 4,
	 { before = {} })
names_it("option 'mode': multi, override or none expected, got 'both'", chain.attach, chain, 4, { mode = "both" })
names_it("option 'mode': multi, override or none expected, got table", chain.attach, chain, 4, { mode = {} })
names_it("selector: string expected, got nothing", chain.detach, chain)
names_it("old: string expected, got nothing", chain.replace, chain)
names_it("new: cgswap.program or a source expected, got nothing", chain.replace, chain, "fw")
names_it("chain: cgswap.chain expected, got cgswap.session", replace.add, replace, session, "fw", 4)
names_it("index: number expected, got string", replace.step, replace, "x")
names_it("options: table of options expected, got number", replace.commit, replace, 7)
names_it("cause: string expected, got table", cgswap.cause_name, {})
names_it("index: number expected, got string", cgswap.cause_at, "x")
names_it("name: string expected, got nothing", cgswap.cause_by_name)
names_it("cgswap.chain expected, got cgswap.session", chain.read, session)

-- features to disable, as a list or as a text; an empty transaction that is closed
local old = assert(cgswap.session { kernel = "model", disable_features = { "ordering", "preorder" } })
tap.is(old:has("ordering"), false, "a list of features: the first is disabled")
tap.is(old:has("preorder"), false, "the second too")
tap.is(old:has("link"), true, "no other")
names_it("option 'disable_features': string expected, got number", cgswap.session, { disable_features = 7 })
local empty = assert(old:replace())
tap.is(tostring(empty), "cgswap.replace (0 steps)", "an empty transaction is printed")
old:close()
tap.is(tostring(empty), "cgswap.replace (closed)", "a closed one too")
