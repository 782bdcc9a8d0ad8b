-- SPDX-License-Identifier: BSD-2-Clause
-- Chains: their entries, and their changes.
local core = require "cgswap_core"
local arguments = require "cgswap.arguments"
local module = require "cgswap.classes"
local replace = require "cgswap.replace"

local Chain, metatable = module.classes.chain, module.metatables.chain
local fail, take, check_name = arguments.fail, arguments.take, arguments.check_name

-- ---- entries ---------------------------------------------------------------------------------

local PROGRAMS, ALL = 1, 15
local bits = { programs = 1, links = 2, preorder = 4, metadata = 8 }
local part_of = core.fields("entry")

local function has_bit(mask, bit)
	return mask % (2 * bit) >= bit
end

local function with_bits(mask, other)
	for bit = 0, 3 do
		bit = 2 ^ bit
		if has_bit(other, bit) and not has_bit(mask, bit) then
			mask = mask + bit
		end
	end
	return mask
end

-- The mask of a part, or of a list of parts.
local function check_parts(parts)
	local mask = 0
	for _, part in ipairs(type(parts) == "table" and parts or { parts }) do
		mask = with_bits(mask, bits[part] or
				 fail("parts: programs, links, preorder or metadata expected, got %s",
				      arguments.shown(part)))
	end
	return mask
end

local function may_be_missing(err)
	return err.status == "permission" or err.status == "unsupported"
end

-- Describes the parts that can be described: those that need a missing privilege or a newer kernel stay
-- nil. Returns their mask.
local function describe(chain, parts)
	local good, message, err = core.chain_describe(chain, parts)
	if good then
		return parts
	elseif not may_be_missing(err) then
		return nil, message, err
	end
	good, message, err = core.chain_describe(chain, 0) -- it must have been read
	if not good then
		return nil, message, err
	end
	local described = 0
	for bit = 0, 3 do
		bit = 2 ^ bit
		if has_bit(parts, bit) and core.chain_describe(chain, bit) then
			described = described + bit
		end
	end
	return described
end

local Entry = { __name = "cgswap.entry" }

function Entry.__tostring(entry)
	return ("cgswap.entry (%d: id %d%s)"):format(entry.position, entry.id,
		rawget(entry, "name") and " " .. entry.name or "")
end

-- Reads a part of an entry that was not described when the entry was obtained.
local function read_part(meta, entry, key)
	local part = part_of[key]
	if not part or part == 0 or has_bit(meta.tried, part) then
		return nil
	end
	local chain = meta.chain
	local described, message = describe(chain, part)
	if not described then
		fail("%s", message)
	end
	local now = core.records("entry", chain, entry.position, 1, described)[1]
	if core.kept(chain).snapshot ~= meta.snapshot or now.id ~= entry.id or
	   core.chain_revision(chain) ~= meta.revision then
		fail("entry.%s: the chain was read again since the entry was obtained", key)
	end
	for name, value in pairs(now) do
		rawset(entry, name, value)
	end
	return now[key]
end

-- A list of entries, with the parts that were described, and others that are read when they are used.
local function list_entries(chain, first, last, parts)
	core.chain_length(chain) -- checks the argument
	parts = with_bits(parts, core.kept(chain).parts or PROGRAMS)
	local described, message, err = describe(chain, parts)
	if not described then
		return nil, message, err
	end
	local length = core.chain_length(chain)
	last = math.min(last or length - 1, length - 1)
	local meta = {
		__name = Entry.__name,
		__tostring = Entry.__tostring,
		chain = chain,
		revision = core.chain_revision(chain),
		snapshot = core.kept(chain).snapshot,
		tried = parts,
	}
	function meta.__index(entry, key) return read_part(meta, entry, key) end
	return core.records("entry", chain, first, math.max(last - first + 1, 0), described, meta)
end

-- chain:entries([parts]): a list of the entries; parts as for describe()
function Chain.entries(chain, parts)
	return list_entries(chain, 0, nil, check_parts(parts))
end

-- chain:each([parts]): for entry in chain:each() do ... end, over the present snapshot
function Chain.each(chain, parts)
	local list, message, err = list_entries(chain, 0, nil, check_parts(parts))
	if not list then
		return nil, message, err
	end
	local i = 0
	return function()
		i = i + 1
		return list[i]
	end
end

-- chain:entry(position): nil past the end
function Chain.entry(chain, position)
	arguments.check(position, "number", "position")
	if position ~= math.floor(position) or math.abs(position) >= 2 ^ 31 then
		fail("position: not an integer in range")
	elseif position < 0 then
		return nil
	end
	local list, message, err = list_entries(chain, position, position, 0)
	if not list then
		return nil, message, err
	end
	return list[1]
end

-- chain:find(selector): the entry
function Chain.find(chain, selector)
	local position, message, err = core.chain_find(chain, check_name(selector, "selector"))
	if not position then
		return nil, message, err
	end
	return Chain.entry(chain, position)
end

-- chain:describe([parts]): "programs", "links", "preorder", "metadata" or a list of them; all by default.
-- Entries that are obtained from now on have these parts, until the chain is read again.
function Chain.describe(chain, parts)
	local mask = parts == nil and ALL or check_parts(parts)
	local good, message, err = core.chain_describe(chain, mask)
	if good then
		local kept = core.kept(chain)
		kept.parts = with_bits(kept.parts or PROGRAMS, mask)
	end
	return good, message, err
end

-- chain:read_leftovers(): a list of the paths of temporary pins
function Chain.read_leftovers(chain)
	local good, message, err = core.chain_read_leftovers(chain)
	if not good then
		return nil, message, err
	end
	local paths = {}
	for i = 1, core.chain_leftover_count(chain) do
		paths[i] = core.chain_leftover(chain, i - 1)
	end
	return paths
end

-- chain:read_effective(): a list of ids, in the order in which the programs run
function Chain.read_effective(chain)
	local good, message, err = core.chain_read_effective(chain)
	if not good then
		return nil, message, err
	end
	local list = {}
	for i = 1, core.chain_effective_length(chain) do
		list[i] = core.chain_effective_id(chain, i - 1)
	end
	return list
end

-- ---- changes ---------------------------------------------------------------------------------

function Chain.read(chain)
	return module.read_again(chain, core.chain_read(chain))
end

-- chain:attach(program or source [, options]): true, or a link without a pin
function Chain.attach(chain, program, options)
	local taken = take(options, "attach")
	if type(program) ~= "string" and type(program) ~= "number" then
		arguments.check(program, "cgswap.program", "program")
		return module.read_again(chain, core.chain_attach(chain, program, taken))
	end
	local opened, message, err = module.classes.session.program(core.kept(chain).session,
		arguments.check_name(program, "program"), { attach_type = core.chain_attach_type(chain) })
	if not opened then
		return nil, message, err
	end
	local done
	done, message, err = core.chain_attach(chain, opened, taken)
	module.drop(opened)
	module.read_again(chain)
	if not done then
		return nil, message, err
	end
	return done
end

function Chain.detach(chain, selector, options)
	return module.read_again(chain, core.chain_detach(chain, check_name(selector, "selector"),
						   (take(options, "detach"))))
end

-- chain:replace(old, new [, options]): one swap, committed and verified, or only checked with dry_run.
-- Returns the replace.
function Chain.replace(chain, old, new, options)
	core.chain_length(chain) -- checks the argument
	old, new = check_name(old, "old"), arguments.check_new(new, "new")
	local of_replace, of_step, of_commit = take(options, "replace", "step", "commit")
	local made, message, err = core.replace_new(core.kept(chain).session, of_replace)
	local good = made
	if made then
		good, message, err = replace.add(made, chain, old, new, of_step)
	end
	if good and of_replace and of_replace.dry_run == 1 then
		good, message, err = core.replace_check(made)
	elseif good then
		good, message, err = core.replace_commit(made, of_commit)
		Chain.read(chain) -- if this fails, the swap did not
	end
	if good then
		return made
	elseif made then
		module.drop(made) -- with the program that was loaded for it
	end
	return nil, message, err
end

metatable.__len = core.chain_length
module.index(metatable, Chain, function(chain, i)
	local entry, message = Chain.entry(chain, i - 1)
	return entry or message and fail("%s", message)
end)
