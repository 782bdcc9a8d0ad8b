#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Attaches an object's program for some time, by a link: when this ends, the program is detached.
-- try_out.lua CGROUP ATTACH-TYPE OBJECT SECONDS
local cgswap = require "cgswap"

if #arg ~= 4 then
	io.stderr:write("usage: try_out.lua CGROUP ATTACH-TYPE OBJECT SECONDS\n")
	os.exit(2)
end
local session = assert(cgswap.session())

-- Inspecting an object loads nothing and needs no privilege.
for name, value in pairs(assert(session:object(arg[3])):metadata()) do
	print(name .. ": " .. value)
end
local chain = assert(session:chain(arg[1], arg[2]))
local program = assert(session:program(arg[3], { attach_type = arg[2] }))
local link = assert(chain:attach(program, { link = true }))
local entry = assert(chain:find(link))
print(("%d is attached at position %d by link %d"):format(entry.id, entry.position, entry.link_id))
os.execute("sleep " .. tonumber(arg[4]))
link:close()
print(("%d is detached again"):format(entry.id))
