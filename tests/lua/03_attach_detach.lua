-- SPDX-License-Identifier: BSD-2-Clause
-- Attach and detach, in each mode.
local tap, fixture = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session())

local function open(program)
	return assert(session:program("fd:" .. program.fd))
end

for _, mode in ipairs { "multi", "override", "none" } do
	local path = fixture.cgroup(mode)
	local chain = assert(session:chain(path, "egress"))
	local program = fixture.program("in_" .. mode)

	tap.is(chain:attach(open(program), { mode = mode }), true, mode .. ": attach")
	tap.is(fixture.chain(path)[1], program.id, mode .. ": it stands there")
	tap.is(#chain, 1, mode .. ": the chain was read anew")
	tap.is(chain:mode(), mode, mode .. ": the chain's mode")

	local second = fixture.program("second")
	if mode == "multi" then
		tap.is(chain:attach(open(second)), true, "multi: a second one, by default")
		tap.is(fixture.chain(path)[2], second.id, "multi: stands behind the first")
		tap.is(chain:detach("name:second"), true, "multi: detach the second")
	else
		tap.refused("own_mode_conflict", mode .. ": not in multi mode",
			    chain:attach(open(second), { mode = "multi" }))
		tap.is(chain:attach(open(second), { mode = mode }), true, mode .. ": over it")
		tap.is(fixture.chain(path)[1], second.id, mode .. ": took its place")
		tap.is(#fixture.chain(path), 1, mode .. ": alone")
	end
	tap.is(chain:detach(chain:entry(0).id), true, mode .. ": detach by id")
	tap.is(#fixture.chain(path), 0, mode .. ": it is gone")
	tap.is(#chain, 0, mode .. ": the chain was read anew")
	tap.refused("chain_empty", mode .. ": nothing left", chain:detach("name:second"))
end

local path = fixture.cgroup("details")
local chain = assert(session:chain(path, "egress"))
local program = fixture.program("early")
local handle = open(program)
tap.is(handle:id(), program.id, "a program's id")
tap.is(handle:name(), "early", "its name")
tap.is(handle:tag(), program.tag, "its tag")
tap.is(handle:type(), "cgroup_skb", "its type")
tap.ok(handle:fd() ~= program.fd, "its descriptor is its own")
tap.has(tostring(handle), "early", "tostring tells the name")

tap.is(chain:attach(handle, { preorder = true }), true, "attach with preorder")
local normal = open(fixture.program("normal"))
tap.is(chain:attach(normal, { preorder = false }), true, "attach without")
tap.is(chain:attach(open(fixture.program("last")), { preorder = true }), true, "and with it again")
tap.is(chain:find("last").preorder, true, "preorder can be seen")
tap.is(chain:find("normal").preorder, false, "and its absence")
tap.refused("already_attached", "a second time", chain:attach(handle))
tap.refused("program_type_mismatch", "a program of another hook",
	    chain:attach(open(fixture.program("connect", "connect4"))))
tap.refused("not_attached", "detach what is elsewhere", chain:detach("name:other"))
local before = #fixture.chain(path)
fixture.link(path, fixture.program("held"))
tap.is(chain:detach("name:held"), true, "detach what a link holds, through the link")
tap.is(#fixture.chain(path), before, "it is gone")

-- By an object file: the section says the hook.
local object = assert(session:program(fixture.build("tests/bpf/object/one_program.bpf.o")))
tap.is(object:name(), "count_all", "a program out of an object file")
tap.is(chain:attach(object), true, "can be attached")
tap.is(#chain:find("count_all").maps, 1, "and has its map")
local chosen = assert(session:program(fixture.build("tests/bpf/object/several_programs.bpf.o"),
				      { attach_type = "connect4" }))
tap.is(chosen:name(), "connecting", "of several the one for the hook")

tap.raises("unknown option 'modus'", "an unknown option", chain.attach, chain, handle,
	   { modus = "multi" })
tap.raises("multi, override or none", "an unknown mode", chain.attach, chain, handle,
	   { mode = "many" })
tap.raises("boolean expected, got string", "an option of the wrong type", chain.attach, chain,
	   handle, { preorder = "yes" })
tap.raises("options are named", "options without a name", chain.attach, chain, handle, { true })
tap.raises("table of options expected", "options that are no table", chain.attach, chain, handle, 7)
tap.raises("cgswap.program expected, got nothing", "no program", chain.attach, chain)
tap.raises("cgswap.program expected, got cgswap.chain", "a chain for a program", chain.attach, chain,
	   chain)
