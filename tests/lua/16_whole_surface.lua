-- SPDX-License-Identifier: BSD-2-Clause
-- Every exported function exists in Lua, or is in a short list of exceptions with a reason.
local tap, fixture = ...
local cgswap = require "cgswap"

local absent = {
	cgswap_session_ref = "the garbage collector counts",
	cgswap_session_unref = "the garbage collector counts",
	cgswap_chain_ref = "the garbage collector counts",
	cgswap_chain_unref = "the garbage collector counts",
	cgswap_program_ref = "the garbage collector counts",
	cgswap_program_unref = "the garbage collector counts",
	cgswap_replace_ref = "the garbage collector counts",
	cgswap_replace_unref = "the garbage collector counts",
	cgswap_object_ref = "the garbage collector counts",
	cgswap_object_unref = "the garbage collector counts",
	cgswap_clean_ref = "the garbage collector counts",
	cgswap_clean_unref = "the garbage collector counts",
	cgswap_clean_close = "session.clean() closes it",
	cgswap_clean_remove = "session.clean() removes",
	cgswap_clean_get_count = "session.clean() gives a list",
	cgswap_clean_get_reason = "nil for what can be removed",
	cgswap_entry_get_reason = "nil for a program that can be read",
	cgswap_find_ref = "the garbage collector counts",
	cgswap_find_unref = "the garbage collector counts",
	cgswap_find_close = "session.find() closes it",
	cgswap_history_ref = "the garbage collector counts",
	cgswap_history_unref = "the garbage collector counts",
	cgswap_history_close = "session.history() closes it",
	cgswap_history_get_length = "session.history() gives a list",
	cgswap_history_get_id = "a field of a transaction",
	cgswap_history_get_pid = "a field of a transaction",
	cgswap_history_get_uid = "a field of a transaction",
	cgswap_history_get_command = "a field of a transaction",
	cgswap_history_get_began_at = "a field of a transaction",
	cgswap_history_get_ended = "a field of a transaction",
	cgswap_history_get_step_count = "a field of a transaction",
	cgswap_history_get_undoes = "a field of a transaction",
	cgswap_history_get_undone_by = "a field of a transaction",
	cgswap_history_is_of_this_boot = "a field of a transaction",
	cgswap_history_is_held = "a field of a transaction",
	cgswap_history_get_memory = "a field of a transaction",
	cgswap_history_get_change_count = "a field of a transaction",
	cgswap_history_get_change_old_id = "a field of a transaction",
	cgswap_history_get_change_old_name = "a field of a transaction",
	cgswap_history_get_change_new_id = "a field of a transaction",
	cgswap_history_get_change_new_name = "a field of a transaction",
	cgswap_history_get_change_step_count = "a field of a transaction",
	cgswap_history_get_constant_count = "a field of a transaction",
	cgswap_history_get_constant_program_id = "a field of a transaction",
	cgswap_history_get_constant_name = "a field of a transaction",
	cgswap_history_get_constant_value = "a field of a transaction",
	cgswap_history_open = "session.history() opens it",
	cgswap_journal_ref = "the garbage collector counts",
	cgswap_journal_unref = "the garbage collector counts",
	cgswap_journal_close = "session.recover() closes it",
	-- session.recover() returns these for a process that was killed
	cgswap_journal_get_id = "a field of a journal",
	cgswap_journal_get_pid = "a field of a journal",
	cgswap_journal_get_uid = "a field of a journal",
	cgswap_journal_get_command = "a field of a journal",
	cgswap_journal_get_began_at = "a field of a journal",
	cgswap_journal_get_ended = "a field of a journal",
	cgswap_journal_get_length = "a field of a journal",
	cgswap_journal_get_step_cgroup = "a field of a journal",
	cgswap_journal_get_step_cgroup_id = "a field of a journal",
	cgswap_journal_get_step_attach_type = "a field of a journal",
	cgswap_journal_get_step_link_id = "a field of a journal",
	cgswap_journal_get_step_old_id = "a field of a journal",
	cgswap_journal_get_step_old_name = "a field of a journal",
	cgswap_journal_get_step_new_id = "a field of a journal",
	cgswap_journal_get_step_new_name = "a field of a journal",
	cgswap_journal_get_step_pin = "a field of a journal",
	cgswap_journal_get_step_state = "a field of a journal",
	cgswap_entry_state_get_name = "a step of a journal has the name",
	cgswap_error_dup = "err is a copy",
	cgswap_error_free = "err is a table",
	cgswap_preorder_get_name = "preorder is a boolean",
	cgswap_position_get_name = "first and last are options of their own",
	cgswap_map_policy_get_name = "the option maps is the name",
	cgswap_constant_policy_get_name = "the option constants is the name",
	cgswap_log_level_get_name = "a log function gets the name",
}

-- Functions with another name in Lua.
local renamed = {
	session_open = "cgswap.session",
	chain_open = "session.chain",
	program_open = "session.program",
	replace_new = "session.replace",
	object_open = "session.object",
	find_open = "session.find",
	clean_open = "session.clean",
	clean_kind = "leftover.kind",
	clean_path = "leftover.path",
	clean_removed = "leftover.removed",
	find_program_count = "found.programs",
	find_program_id = "found_program.id",
	find_program_name = "found_program.name",
	find_program_tag = "found_program.tag",
	find_program_type = "found_program.type",
	find_entry_count = "found.entries",
	find_entry_cgroup = "found_entry.cgroup",
	find_entry_cgroup_id = "found_entry.cgroup_id",
	find_entry_attach_type = "found_entry.attach_type",
	find_entry_position = "found_entry.position",
	find_entry_program_id = "found_entry.program_id",
	find_entry_link_id = "found_entry.link_id",
	find_link_count = "found.links",
	find_link_id = "found_link.id",
	find_link_program_id = "found_link.program_id",
	find_link_attach_type = "found_link.attach_type",
	find_link_cgroup_id = "found_link.cgroup_id",
	find_pin_count = "found.pins",
	find_pin_path = "found_pin.path",
	find_pin_program_id = "found_pin.program_id",
	find_pin_link_id = "found_pin.link_id",
	find_process_count = "found.processes",
	find_process_id = "found_process.id",
	find_process_command = "found_process.command",
	find_process_program_id = "found_process.program_id",
	find_process_link_id = "found_process.link_id",
	find_unread_count = "found.unread",
	find_unread_list = "unread.list",
	find_unread_reason = "unread.reason",
	program_map_count = "program.maps",
	program_map_id = "map.id",
	program_map_name = "map.name",
	program_map_kept = "map.kept",
	program_map_reason = "map.reason",
	program_map_timers_end = "map.timers_end",
	object_program_count = "object.programs",
	object_program_name = "its_program.name",
	object_program_section = "its_program.section",
	object_program_type = "its_program.type",
	object_program_attach_type = "its_program.attach_type",
	object_program_length = "its_program.length",
	object_map_count = "object.maps",
	object_map_name = "its_map.name",
	object_map_type = "its_map.type",
	object_map_key_size = "its_map.key_size",
	object_map_value_size = "its_map.value_size",
	object_map_max_entries = "its_map.max_entries",
	object_metadata_count = "object.metadata",
	object_metadata_name = "object.metadata",
	object_metadata_value = "object.metadata",
	object_note = "object.note",
	entry_metadata_count = "entry.metadata",
	entry_metadata_name = "entry.metadata",
	entry_metadata_value = "entry.metadata",
	entry_map_count = "entry.maps",
	entry_map_id = "entry.maps",
	error_detail_count = "error.details",
	error_detail_name = "error.details",
	error_detail_text = "error.details",
	error_detail_number = "error.details",
	error_detail_is_number = "error.details",
	replace_group_length = "group.length",
	replace_group_old_id = "group.old_id",
	replace_group_new_id = "group.new_id",
	replace_group_name = "group.name",
	replace_group_tag = "group.tag",
	replace_group_map_count = "group.maps",
	replace_group_map_id = "group.maps",
	replace_group_count = "replace.groups",
	event_kind_name = "event.kind",
	step_map_count = "step.maps",
	step_map_id = "map.id",
	step_map_name = "map.name",
	step_map_kept = "map.kept",
	step_map_reason = "map.reason",
	step_map_timers_end = "map.timers_end",
	step_dropped_map_count = "step.dropped_maps",
	step_dropped_map_id = "dropped_map.id",
	step_dropped_map_name = "dropped_map.name",
	step_constant_count = "step.constants",
	step_constant_name = "constant.name",
	step_constant_value = "constant.value",
	step_constant_old_value = "constant.old_value",
	step_constant_file_value = "constant.file_value",
	step_constant_reason = "constant.reason",
	step_dropped_constant_count = "step.dropped_constants",
	step_dropped_constant_name = "dropped_constant.name",
	step_dropped_constant_value = "dropped_constant.value",
	step_left_pin_count = "step.left_pins",
	step_left_pin_path = "left_pin.path",
	step_left_pin_map_id = "left_pin.map_id",
	step_unpinned_map_count = "step.unpinned_maps",
	step_unpinned_map_name = "unpinned_map.name",
	mode_name = "chain.mode",
	guard_name = "step.guard",
	step_state_name = "step.state",
}

-- One object of each type, without nil fields.
local path = fixture.cgroup("surface")
fixture.attach(path, fixture.program("plain"))
fixture.attach(path, fixture.program("early"), "preorder")
local link = fixture.link(path, fixture.program("linked"))
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local object = fixture.build("tests/bpf/object/one_program.bpf.o")
local done = assert(chain:replace("plain", object))
assert(chain:read())
local _, _, err = session:program(fixture.build("tests/bpf/object/not_verifiable.bpf.o"))
assert(chain:describe()) -- each() describes links only on demand
local entry = {}
for one in chain:each() do
	for key, value in pairs(one) do
		entry[key] = value
	end
end
tap.is(entry.link_id, link.id, "an entry with all fields")
local step = done:step(0)
tap.is(assert(chain:replace("linked", step.old_id)):step(0).link_id, link.id, "a step through a link")
step.link_id = link.id
local again = assert(chain:replace(step.new_id, object, { maps = "new" })):step(0)
step.dropped_maps = again.dropped_maps
-- constants that were set, and one that the other version does not have
local gates = assert(session:chain(fixture.cgroup("gates"), "egress"))
local function gate(version) return fixture.build("tests/bpf/constants/gate_" .. version .. ".bpf.o") end
assert(gates:attach(assert(session:program(gate "v2", { constant_choices = { deny_all = 1 } }))))
local set = assert(gates:replace("gate", gate "v1", { constants = "old" })):step(0)
step.constants, step.dropped_constants = set.constants, set.dropped_constants
-- a map that is pinned by its name, and that the next program does not use
local pins = assert(session:chain(fixture.cgroup("pins"), "egress"))
local function needed(name) return "obj:" .. fixture.build("tests/bpf/maps/needed.bpf.o") .. "#" .. name end
assert(pins:attach(assert(session:program(needed "pinning"))))
local leaving = assert(pins:replace("pinning", needed "direct")):step(0)
step.left_pins, step.unpinned_maps = leaving.left_pins, leaving.unpinned_maps
local refused = assert(session:replace())
assert(refused:add(chain, "early", again.new_id))
refused:check()
local event = {}
local function collect(one)
	for key, value in pairs(one) do
		event[key] = value
	end
end
refused:commit { event = collect }
local swaps = assert(session:replace())
assert(swaps:add(pins, "direct", needed "pinning"))
assert(swaps:commit { canary = 1, event = collect })
for key, value in pairs(refused:step(0)) do
	step[key] = step[key] or value
end

local inspected = assert(session:object(object))

-- where a program is, in a model: a link with a pin, which the script has open too
local model = assert(cgswap.session { kernel = "model" })
local found_entry = assert(model:find("name:resolve", { "entries", "links" })).entries[1]
local resolver = assert(model:chain("system.slice/resolver.service", "connect4"))
local own = assert(resolver:attach(assert(model:program("id:8")), { link = true }))
local found = assert(model:find("name:resolve"))
local found_process
for _, process in ipairs(found.processes) do
	found_process = process.link_id and process or found_process
end
local no_ids = assert(cgswap.session { kernel = "model", disable_features = "link_id" })

local nouns = {
	cgswap = cgswap,
	session = session,
	chain = chain,
	replace = done,
	program = assert(session:program(object)),
	entry = entry,
	step = step,
	group = done:groups()[1],
	event = event,
	error = err,
	map = step.maps[1],
	dropped_map = step.dropped_maps[1],
	constant = step.constants[1],
	dropped_constant = step.dropped_constants[1],
	left_pin = step.left_pins[1],
	unpinned_map = step.unpinned_maps[1],
	object = inspected,
	its_program = inspected:programs()[1],
	its_map = inspected:maps()[1],
	leftover = assert(assert(cgswap.session { kernel = "model", world = "cgroup a/cgswap-scratch-0" }):clean())[1],
	found = found,
	found_program = found.programs[1],
	found_entry = found_entry,
	found_link = found.links[1],
	found_pin = found.pins[1],
	found_process = found_process,
	unread = assert(no_ids:find("id:1", "links")).unread[1],
}

-- cgswap_chain_get_length is chain.length, cgswap_cause_get_name cgswap.cause_name
local function lua_name(name)
	local short = name:gsub("^cgswap_", ""):gsub("^(.-_?)get_", "%1", 1)
	if renamed[short] then
		return renamed[short]
	end
	local noun, rest = short:match("^(%a+)_(.+)$")
	return noun and nouns[noun] and noun .. "." .. rest or "cgswap." .. short
end

local map = assert(io.open(fixture.source("src/abi/libcgswap.map")))
local count = 0
for line in map:lines() do
	local name = line:match("^%s*(cgswap_[%w_]+);")
	if name then
		count = count + 1
	end
	if name and absent[name] then
		absent[name] = nil
	elseif name then
		local where, field = lua_name(name):match("^([%a_]+)%.(.+)$")
		tap.ok(nouns[where][field] ~= nil, name .. " is " .. where .. "." .. field)
	end
end
map:close()
own:close()
tap.ok(count > 90, "the map was read")
tap.is(next(absent), nil, "all exceptions are exported functions")
