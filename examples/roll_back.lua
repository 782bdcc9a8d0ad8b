#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Swaps a program, runs a check, and restores the old program if the check fails:
-- roll_back.lua CGROUP ATTACH-TYPE OLD NEW COMMAND, where COMMAND exits with 0 if the new program
-- works.
local cgswap = require "cgswap"

if #arg ~= 5 then
	io.stderr:write("usage: roll_back.lua CGROUP ATTACH-TYPE OLD NEW COMMAND\n")
	os.exit(2)
end
local session = assert(cgswap.session())
local chain = assert(session:chain(arg[1], arg[2]))
local done = assert(chain:replace(arg[3], arg[4]))
print(("attached %d"):format(done:step(0).new_id))

-- (In Lua 5.4, `local done <close> = ...` rolls back if an error leaves the block.)
local status = os.execute(arg[5])
if status == true or status == 0 then -- 0 in Lua 5.1
	print("the new program stays")
else
	assert(done:rollback())
	io.stderr:write("roll_back: ", arg[5], " failed: the old program is restored\n")
	os.exit(1)
end
