#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- Deploys all programs of an object: deploy.lua CGROUP OBJECT attaches them, or replaces the version that
-- is attached, with its maps. For instance deploy.lua /sys/fs/cgroup/web.slice policy_v2.bpf.o
local cgswap = require "cgswap"

if #arg ~= 2 then
	io.stderr:write("usage: deploy.lua CGROUP OBJECT\n")
	os.exit(2)
end
local session = assert(cgswap.session())
local policy = assert(session:object(arg[2]))

-- Each program replaces the entry of its name, all or none.
local done = assert(session:replace())
local good, message, err = done:add_object(arg[1], policy)
if good then
	good, message, err = done:commit()
elseif err.status == "not_attached" then
	-- A cgroup that has some of the programs is left alone: attach() refuses it with their list.
	done, message, err = policy:attach(arg[1])
	good = done
end
if not good then
	io.stderr:write("deploy: ", err.cause, ": ", message, "\n", err.remedy or "", "\n")
	os.exit(1)
end
for _, step in ipairs(done:steps()) do
	print(("%s, position %d: %d%s"):format(step.chain:attach_type(), step.position, step.new_id,
		step.old_id and (" replaces %d"):format(step.old_id) or ""))
end
