#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Swaps one program of a chain: swap.lua CGROUP ATTACH-TYPE OLD NEW, for instance
-- swap.lua /sys/fs/cgroup/web.slice egress name:firewall firewall_v2.bpf.o
local cgswap = require "cgswap"

if #arg ~= 4 then
	io.stderr:write("usage: swap.lua CGROUP ATTACH-TYPE OLD NEW\n")
	os.exit(2)
end
local session = assert(cgswap.session())
local chain = assert(session:chain(arg[1], arg[2]))

-- A failure is not an error(): the result is nil, a text with the cause and the remedy, and a table.
local done, _, err = chain:replace(arg[3], arg[4])
if not done then
	io.stderr:write("swap: ", err.cause, ": ", err.message, "\n", err.remedy, "\n")
	os.exit(1)
end
local step = done:step(0)
print(("replaced %d by %d at position %s"):format(step.old_id, step.new_id, step.position or "?"))
