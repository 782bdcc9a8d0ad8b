#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Says whether a swap would succeed, and changes nothing: dry_run.lua CGROUP ATTACH-TYPE OLD NEW
local cgswap = require "cgswap"

if #arg ~= 4 then
	io.stderr:write("usage: dry_run.lua CGROUP ATTACH-TYPE OLD NEW\n")
	os.exit(2)
end
local session = assert(cgswap.session())
local chain = assert(session:chain(arg[1], arg[2]))
local tx = assert(session:replace())

-- The new program is loaded here, and freed without a commit.
local good, message, err = tx:add(chain, arg[3], arg[4])
if good then
	good, message, err = tx:check()
end
if not good then
	print(("no: %s: %s"):format(err.cause, err.message))
	os.exit(1)
end
local step = tx:step(0)
print(("yes: %d would replace %d at position %s"):format(step.new_id, step.old_id, step.position or "?"))
for _, map in ipairs(step.maps) do
	local reused = map.kept and "reused" or "not reused"
	print(("    map %s: %s: %s"):format(map.name or map.id, reused, map.reason))
end
