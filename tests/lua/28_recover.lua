-- SPDX-License-Identifier: BSD-2-Clause
-- A transaction can keep a journal in the session's state_dir, and leaves nothing for a recover.
local tap, fixture = ...
local cgswap = require "cgswap"

local directory = os.tmpname()
os.remove(directory)
local path = fixture.cgroup("recover")
local old, new = fixture.program("old"), fixture.program("new")
fixture.attach(path, old)
local session = assert(cgswap.session { state_dir = directory })
local chain = assert(session:chain(path, "egress"))

tap.is(session:recover(), false, "nothing is unfinished")
local replace = assert(session:replace { journal = true, wait_ms = 10 })
assert(replace:add(chain, "name:old", "fd:" .. new.fd))
tap.is(replace:id(), nil, "it has no ID yet")
tap.is(replace:commit(), true, "a commit with a journal")
tap.is(fixture.chain(path)[1], new.id, "the new program is attached")
tap.is(session:recover { action = "finish" }, false, "nothing is left to finish")
tap.is(session:recover { action = "undo", old_maps = true }, false, "and to undo")
tap.is(fixture.chain(path)[1], new.id, "the new program stays")
tap.is(io.open(directory .. "/journal"), nil, "no journal is left")
local history = assert(io.open(directory .. "/history"))
local record = history:read("*a")
tap.ok(record:find("ended how=done", 1, true), "the history has the transaction")
tap.ok(record:find(" id=" .. replace:id() .. " ", 1, true), "with its ID")
history:close()
tap.refused("bad_argument", "a journal needs a directory", assert(cgswap.session()):replace { journal = true })
tap.raises("option 'action': list, finish or undo expected, got 'wait'", "an unknown action", session.recover, session,
	   { action = "wait" })
for _, name in ipairs { "/history", "/lock", "" } do
	os.remove(directory .. name)
end
