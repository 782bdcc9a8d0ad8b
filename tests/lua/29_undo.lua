-- SPDX-License-Identifier: BSD-2-Clause
-- A transaction with keep_old can be taken back; the history lists it, and it can be let go.
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
	assert(transaction:commit())
	return transaction:id()
end

tap.is(#assert(session:history()), 0, "the history is empty")
tap.refused("transaction_not_held", "nothing is held", session:undo())
local id = replace("name:old", new)
local list = assert(session:history())
tap.is(#list, 1, "one transaction")
tap.is(list[1].id, id, "its number")
tap.is(list[1].ended, "done", "how it ended")
tap.ok(list[1].held and list[1].memory > 0, "it is held")
tap.is(list[1].changes[1].old_name, "old", "the old program")
tap.is(list[1].changes[1].new_id, new.id, "the new program")
local record = assert(session:undo { id = id })
tap.is(record.steps[1].state, "old", "it is taken back")
tap.is(fixture.chain(path)[1], old.id, "the old program is attached")
list = assert(session:history())
tap.is(list[2].undone_by, list[1].id, "the history has that")
id = replace("name:old", new)
tap.is(session:forget(id), true, "one is let go")
tap.refused("transaction_not_held", "again", session:forget(id))
tap.ok(not pcall(session.forget, session, "all"), "a number is needed")
for _, name in ipairs { "/history", "/lock", "" } do
	os.remove(directory .. name)
end
