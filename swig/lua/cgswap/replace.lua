-- SPDX-License-Identifier: BSD-2-Clause
-- Transactions and their steps.
local core = require "cgswap_core"
local arguments = require "cgswap.arguments"
local module = require "cgswap.classes"

local Replace, metatable = module.classes.replace, module.metatables.replace
local check_name, take = arguments.check_name, arguments.take

local function add(replace, chain, old, new, options)
	local call = arguments.is_program(new) and core.replace_add or core.replace_add_source
	local good, message, err = module.read_again(chain, call(replace, chain, old, new, options))
	if not good then
		return nil, message, err
	end
	local chains = core.kept(replace)
	chains[#chains + 1] = chain
	return true
end

-- replace:add(chain, old, new [, options])
function Replace.add(replace, chain, old, new, options)
	arguments.check(chain, "cgswap.chain", "chain")
	return add(replace, chain, check_name(old, "old"), arguments.check_new(new, "new"),
		   (take(options, "step")))
end

Replace.add_source = Replace.add -- its name in C, for a source

-- The chains of steps that were added by C.
local function add_chains(replace)
	local chains = core.kept(replace)
	for i = #chains + 1, core.replace_length(replace) do
		chains[i] = core.step_chain(replace, i - 1)
		core.kept(chains[i]).session = chains.session
	end
	return replace
end

-- replace:add_object(cgroup, object [, options])
function Replace.add_object(replace, cgroup, object, options)
	arguments.check(cgroup, "string", "cgroup")
	local good, message, err = core.replace_add_object(replace, cgroup, object,
							   (take(options, "object")))
	if not good then
		return nil, message, err
	end
	add_chains(replace)
	return true
end

-- replace:add_recursive(cgroup, attach_type, old, new [, options])
function Replace.add_recursive(replace, cgroup, attach_type, old, new, options)
	arguments.check(cgroup, "string", "cgroup")
	local good, message, err = core.replace_add_recursive(replace, cgroup, attach_type,
		check_name(old, "old"), check_name(new, "new"), (take(options, "step")))
	if not good then
		return nil, message, err
	end
	add_chains(replace)
	return true
end

-- replace:groups(): a list of { old_id, name, tag, maps, new_id, length }
function Replace.groups(replace)
	return core.records("group", replace, 0, core.replace_group_count(replace), 0)
end
Replace.group_count = nil

-- replace:commit([{ progress = function, event = function, health = function, ... }])
function Replace.commit(replace, options)
	local good, message, err = core.replace_commit(replace, (take(options, "commit")))
	add_chains(replace) -- of cgroups that came during the commit
	return good, message, err
end

local Step = { __name = "cgswap.step" }

function Step.__tostring(step)
	return ("cgswap.step (%s: id %s, new id %d)"):format(step.state, step.old_id or "none", step.new_id)
end

local function list_steps(replace, first, amount)
	local list = core.records("step", replace, first, amount, 0, Step)
	for i, step in ipairs(list) do
		step.chain = core.kept(replace)[first + i]
	end
	return list
end

-- replace:step(index), from 0; nil past the end
function Replace.step(replace, index)
	arguments.check(index, "number", "index")
	if index < 0 or index >= core.replace_length(replace) then
		return nil
	end
	return list_steps(replace, index, 1)[1]
end

-- replace:steps(): a list
function Replace.steps(replace)
	return list_steps(replace, 0, core.replace_length(replace))
end

metatable.__len = core.replace_length
module.index(metatable, Replace, function(replace, i)
	return Replace.step(replace, i - 1)
end)

return { add = add, add_chains = add_chains }
