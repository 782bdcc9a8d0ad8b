#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Swaps a program, watches, and puts the old one back unless all is well:
-- roll_back.lua CGROUP ATTACH-TYPE OLD NEW COMMAND, where COMMAND says by its exit status whether
-- the new program does what it should.
local cgswap = require "cgswap"

if #arg ~= 5 then
	io.stderr:write("usage: roll_back.lua CGROUP ATTACH-TYPE OLD NEW COMMAND\n")
	os.exit(2)
end
local session = assert(cgswap.session())
local chain = assert(session:chain(arg[1], arg[2]))
local done = assert(chain:replace(arg[3], arg[4]))
print(("now %d"):format(done:step(0).new_id))

-- (Lua 5.4 can say `local done <close> = ...`: leaving the block by an error rolls back.)
local status = os.execute(arg[5])
if status == true or status == 0 then -- 0 in Lua 5.1
	print("and so it stays")
else
	assert(done:rollback())
	io.stderr:write("roll_back: ", arg[5], " is not content: the old program is back\n")
	os.exit(1)
end
