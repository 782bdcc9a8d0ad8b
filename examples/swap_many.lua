#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Swaps a program in a cgroup and all cgroups below it, all of them or none:
-- swap_many.lua CGROUP ATTACH-TYPE OLD NEW
local cgswap = require "cgswap"

if #arg ~= 4 then
	io.stderr:write("usage: swap_many.lua CGROUP ATTACH-TYPE OLD NEW\n")
	os.exit(2)
end
local top, attach_type, old, new = arg[1], arg[2], arg[3], arg[4]
local session = assert(cgswap.session())
local tx = assert(session:replace())

-- Opened once, so that all cgroups run the same program, with the same maps.
local program = assert(session:program(new, { attach_type = attach_type }))

assert(session:walk(top, function(cgroup)
	local chain = assert(session:chain(cgroup, attach_type))
	local added, message, err = tx:add(chain, old, program)
	if not added and err.status ~= "not_attached" then
		error(message, 0)
	end
end))
assert(tx:commit {
	progress = function(done, total)
		io.stderr:write(("%d of %d\n"):format(done, total))
	end,
})
for _, step in ipairs(tx:steps()) do
	print(("%s: replaced %d by %d"):format(step.chain:cgroup(), step.old_id, step.new_id))
end
