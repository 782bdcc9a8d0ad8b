-- SPDX-License-Identifier: BSD-2-Clause
-- Programs are attached and detached in each mode.
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
	tap.is(fixture.chain(path)[1], program.id, mode .. ": it is attached")
	tap.is(#chain, 1, mode .. ": the chain was read again")
	tap.is(chain:mode(), mode, mode .. ": the chain's mode")

	local second = fixture.program("second")
	if mode == "multi" then
		tap.is(chain:attach(open(second)), true, "multi: a second program, by default")
		tap.is(fixture.chain(path)[2], second.id, "multi: it is after the first")
		tap.is(chain:detach("name:second"), true, "multi: the second is detached")
	else
		tap.refused("own_mode_conflict", mode .. ": an attach in multi mode",
			    chain:attach(open(second), { mode = "multi" }))
		tap.is(chain:attach(open(second), { mode = mode }), true, mode .. ": another program")
		tap.is(fixture.chain(path)[1], second.id, mode .. ": it replaced the first")
		tap.is(#fixture.chain(path), 1, mode .. ": it is the only one")
	end
	tap.is(chain:detach(chain:entry(0).id), true, mode .. ": detach by id")
	tap.is(#fixture.chain(path), 0, mode .. ": the chain is empty")
	tap.is(#chain, 0, mode .. ": the chain was read again")
	tap.refused("chain_empty", mode .. ": a detach from the empty chain", chain:detach("name:second"))
end

local path = fixture.cgroup("details")
local chain = assert(session:chain(path, "egress"))
local program = fixture.program("early")
local handle = open(program)
tap.is(handle:id(), program.id, "a program's id")
tap.is(handle:name(), "early", "its name")
tap.is(handle:tag(), program.tag, "its tag")
tap.is(handle:type(), "cgroup_skb", "its type")
tap.ok(handle:fd() ~= program.fd, "its descriptor is not the caller's")
tap.has(tostring(handle), "early", "tostring has the name")

tap.is(chain:attach(handle, { preorder = true }), true, "attach with preorder")
local normal = open(fixture.program("normal"))
tap.is(chain:attach(normal, { preorder = false }), true, "attach without preorder")
tap.is(chain:attach(open(fixture.program("last")), { preorder = true }), true, "attach with preorder again")
tap.is(chain:find("last").preorder, true, "an entry reports preorder")
tap.is(chain:find("normal").preorder, false, "an entry reports no preorder")
tap.refused("already_attached", "attach a second time", chain:attach(handle))
tap.refused("program_type_mismatch", "a program of another attach type",
	    chain:attach(open(fixture.program("connect", "connect4"))))
tap.refused("not_attached", "detach a program that is attached elsewhere", chain:detach("name:other"))
local before = #fixture.chain(path)
fixture.link(path, fixture.program("held"))
tap.is(chain:detach("name:held"), true, "detach an entry with a link, through the link")
tap.is(#fixture.chain(path), before, "the link's entry is detached")

-- From an object file, whose section names the attach type.
local object = assert(session:program(fixture.build("tests/bpf/object/one_program.bpf.o")))
tap.is(object:name(), "count_all", "a program of an object file")
tap.is(chain:attach(object), true, "it can be attached")
tap.is(#chain:find("count_all").maps, 1, "its entry has its map")
local chosen = assert(session:program(fixture.build("tests/bpf/object/several_programs.bpf.o"),
				      { attach_type = "connect4" }))
tap.is(chosen:name(), "connecting", "the program for the attach type is chosen among several")

tap.raises("unknown option 'modus'", "an unknown option", chain.attach, chain, handle,
	   { modus = "multi" })
tap.raises("multi, override or none", "an unknown mode", chain.attach, chain, handle,
	   { mode = "many" })
tap.raises("boolean expected, got string", "an option of the wrong type", chain.attach, chain,
	   handle, { preorder = "yes" })
tap.raises("options must have names", "options without a name", chain.attach, chain, handle, { true })
tap.raises("table of options expected", "options that are not a table", chain.attach, chain, handle, 7)
tap.raises("cgswap.program expected, got nothing", "a missing program", chain.attach, chain)
tap.raises("cgswap.program expected, got cgswap.chain", "a chain instead of a program", chain.attach, chain,
	   chain)
