-- SPDX-License-Identifier: BSD-2-Clause
-- A transaction with keep_old can be taken back; the history lists it, and it can be let go. Its ID is a
-- string, which can be printed, stored and given back in each version of Lua.
local tap, fixture = ...
local cgswap = require "cgswap"

local directory = os.tmpname()
os.remove(directory)
local path = fixture.cgroup("undo")
local old, new = fixture.program("old"), fixture.program("new")
fixture.attach(path, old)
local session = assert(cgswap.session { state_dir = directory })
local chain = assert(session:chain(path, "egress"))

local function replace(name, program)
	local transaction = assert(session:replace { keep_old = true, keep = 3 })
	assert(transaction:add(chain, name, "fd:" .. program.fd))
	assert(transaction:commit { event = function(event)
		tap.is(event.transaction, transaction:id(), "an event has its ID")
	end })
	return transaction:id()
end

tap.is(#assert(session:history()), 0, "the history is empty")
tap.refused("transaction_not_held", "nothing is held", session:undo())
local id = replace("name:old", new)
local list = assert(session:history())
tap.is(#list, 1, "one transaction")
tap.is(list[1].id, id, "its ID")
tap.has(tostring(id), tostring(id):match("^%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d$") or "16 digits", "which is printed exactly")
local stored = assert(io.open(directory .. "/id", "w"))
stored:write(id, "\n")
stored:close()
stored = assert(io.open(directory .. "/id"))
tap.is(stored:read("*l"), id, "and read again from a file")
stored:close()
os.remove(directory .. "/id")
tap.is(("%d"):format(id), id, "and formatted as a number")
tap.is(list[1].ended, "done", "how it ended")
tap.ok(list[1].held and list[1].memory > 0, "it is held")
tap.is(list[1].changes[1].old_name, "old", "the old program")
tap.is(list[1].changes[1].new_id, new.id, "the new program")
local record = assert(session:undo { id = id })
tap.is(record.id, list[1].id, "the record has its ID")
tap.is(record.steps[1].state, "old", "it is taken back")
tap.is(fixture.chain(path)[1], old.id, "the old program is attached")
list = assert(session:history())
tap.is(list[2].undone_by, list[1].id, "the history has that")
tap.is(list[1].undoes, id, "on both sides")
id = replace("name:old", new)
tap.is(session:forget(id), true, "one is let go")
local err = tap.refused("transaction_not_held", "again", session:forget(id))
tap.is(err.details.transaction, id, "the error has the ID")
tap.refused("transaction_not_held", "by a number", session:undo { id = tonumber(id) })
tap.raises("id: the ID of a transaction expected, got 'all'", "a word", session.forget, session, "all")
tap.raises("id: the ID of a transaction expected, got '1.79e+15'", "one that lost digits", session.forget, session,
	   "1.79e+15")
tap.raises("id: the ID of a transaction expected, got nothing", "none", session.forget, session)
tap.raises("id: the ID of a transaction expected, got -1", "a negative number", session.forget, session, -1)
tap.raises("option 'id': the ID of a transaction expected, got '0x10'", "a hexadecimal one", session.undo, session,
	   { id = "0x10" })
tap.raises("option 'id': the ID of a transaction expected, got '99999999999999999999'", "one that is too long",
	   session.undo, session, { id = "99999999999999999999" })
for _, name in ipairs { "/history", "/lock", "" } do
	os.remove(directory .. name)
end
