-- SPDX-License-Identifier: BSD-2-Clause
-- Every function that the library exports is there in Lua, or stands in a short list with a reason.
local tap, scene = ...
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
	cgswap_error_dup = "err is a copy",
	cgswap_error_free = "err is a table",
}

-- Those that go by another name.
local renamed = {
	session_open = "cgswap.session",
	chain_open = "session.chain",
	program_open = "session.program",
	replace_new = "session.replace",
	entry_map_count = "entry.maps",
	entry_map_id = "entry.maps",
	step_map_count = "step.maps",
	step_map_id = "map.id",
	step_map_name = "map.name",
	step_map_kept = "map.kept",
}

-- One of each, with nothing in it that is nil.
local path = scene.cgroup("surface")
scene.attach(path, scene.program("plain"))
scene.attach(path, scene.program("early"), "preorder")
local link = scene.link(path, scene.program("linked"))
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local object = scene.build("tests/lib/bpf/one_program.bpf.o")
local done = assert(chain:replace("plain", object))
assert(chain:read())
local _, _, err = session:program(scene.build("tests/lib/bpf/not_verifiable.bpf.o"))
local entry = {}
for one in chain:each() do
	for key, value in pairs(one) do
		entry[key] = value
	end
end
tap.is(entry.link_id, link.id, "an entry with all its fields")
local step = done:step(0)
local refused = assert(session:replace())
assert(refused:add(chain, "early", step.new_id))
refused:check()
for key, value in pairs(refused:step(0)) do
	step[key] = step[key] or value
end

local nouns = {
	cgswap = cgswap,
	session = getmetatable(session).__index,
	chain = getmetatable(chain).__index,
	replace = getmetatable(done).__index,
	program = getmetatable(assert(session:program(object))).__index,
	entry = entry,
	step = step,
	error = err,
	map = step.maps[1],
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

local map = assert(io.open(scene.source("src/libcgswap.map")))
local count = 0
for line in map:lines() do
	local name = line:match("^%s*(cgswap_[%w_]+);")
	if name then
		count = count + 1
	end
	if name and absent[name] then
		absent[name] = nil
	elseif name then
		local where, field = lua_name(name):match("^(%a+)%.(.+)$")
		tap.ok(nouns[where][field] ~= nil, name .. " is " .. where .. "." .. field)
	end
end
map:close()
tap.ok(count > 90, "the map was read")
tap.is(next(absent), nil, "what is excused is exported")
