#!/usr/bin/env lua
-- SPDX-License-Identifier: BSD-2-Clause
-- A unit test on the model: the function under test swaps a program in all cgroups or in none. It needs no
-- privilege and touches nothing on this machine.
local cgswap = require "cgswap"

-- The function under test. Returns the number of cgroups in which it swapped old by new.
local function upgrade(session, cgroups, old, new)
	local replace = assert(session:replace())
	for _, cgroup in ipairs(cgroups) do
		local chain = assert(session:chain(cgroup, "egress"))
		local found, good = false, true
		local message, err
		for entry in chain:each() do
			found = found or entry.name == old
		end
		if found then
			good, message, err = replace:add(chain, "name:" .. old, new)
		end
		if not good then
			return nil, message, err
		end
	end
	local good, message, err = replace:commit()
	if not good then
		return nil, message, err
	end
	return #replace
end

local function open_world(missing)
	return assert(cgswap.session {
		kernel = "model",
		world = {
			cgroups = {
				["web.slice"] = { egress = { "firewall", { name = "counter", preorder = true } } },
				["db.slice"] = { egress = { "counter", { name = "firewall", link = true } } },
				["old.slice"] = { egress = { "firewall", "firewall2" } },
				["idle.slice"] = {},
			},
			-- loaded, pinned at /sys/fs/bpf/firewall2
			programs = { firewall2 = "egress" },
			missing = missing,
		},
	})
end
local NEW = "pin:/sys/fs/bpf/firewall2"

local function names(session, cgroup)
	local list = {}
	for entry in assert(session:chain(cgroup, "egress")):each() do
		list[#list + 1] = entry.name
	end
	return table.concat(list, " ")
end

local tests = {}

function tests.swaps_in_each_cgroup_that_has_the_program()
	local session = open_world()
	assert(upgrade(session, { "web.slice", "db.slice", "idle.slice" }, "firewall", NEW) == 2)
	assert(names(session, "web.slice") == "firewall2 counter")
	assert(names(session, "db.slice") == "counter firewall2")
	assert(names(session, "idle.slice") == "")
end

function tests.changes_nothing_if_one_cgroup_cannot_follow()
	local session = open_world()
	local done, _, err = upgrade(session, { "db.slice", "old.slice" }, "firewall", NEW)
	assert(not done and err.cause == "already_attached")
	assert(names(session, "db.slice") == "counter firewall")
end

function tests.cannot_list_without_privilege()
	local session = open_world { "cap_net_admin", "cap_sys_admin" }
	local good, _, err = assert(session:chain("web.slice", "egress")):read()
	assert(not good and err.cause == "missing_cap_net_admin")
end

for name, test in pairs(tests) do
	test()
	print("passed: " .. name)
end
