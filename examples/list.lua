#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Lists the programs of one chain: list.lua CGROUP ATTACH-TYPE
local cgswap = require "cgswap"

local function list(cgroup, attach_type)
	local session = assert(cgswap.session())
	local chain = assert(session:chain(cgroup, attach_type))

	for entry in chain:each() do
		local held = entry.link_id and "link " .. entry.link_id or "-"
		print(entry.position, entry.id, entry.tag, entry.name, held)
	end
end

if #arg ~= 2 then
	io.stderr:write("usage: list.lua CGROUP ATTACH-TYPE\n")
	os.exit(2)
end
list(arg[1], arg[2])
