-- SPDX-License-Identifier: BSD-2-Clause
-- A table or a text fills the model; a wrong one is refused, and the error names what is wrong.
local tap = ...
local cgswap = require "cgswap"

local function open(world)
	return cgswap.session { kernel = "model", world = world }
end

local session = assert(open {
	programs = {
		fw2 = "egress",
		fw3 = { type = "egress", tag = "00112233445566ff", maps = { "a", "b" }, pin = "next" },
	},
	cgroups = {
		["web.slice"] = { egress = { "fw", { name = "count", preorder = true, link = false }, { name = "held", link = true } } },
		box = { device = { { name = "devices", mode = "none" } }, connect4 = {} },
		["with blank\\"] = { ingress = { { name = "in", link = "in_link" } } },
		["empty/below"] = {},
	},
})
local chain = assert(session:chain("web.slice", "egress"))
tap.is(chain[1].name .. " " .. chain[2].name .. " " .. chain[3].name, "fw count held", "programs in their order")
tap.is(chain[2].preorder, true, "preorder")
tap.is(chain[2].link_id, nil, "no link")
tap.ok(chain[3].link_id, "a link")
tap.is(assert(session:chain("box", "device")):mode(), "none", "a mode")
tap.is(assert(session:chain("with blank\\", "ingress")):find("pin:/sys/fs/bpf/in_link").name, "in", "the pin of a link")
tap.is(table.concat(session:cgroups(), " "):gsub("/sys/fs/cgroup", ""),
       " /box /empty /empty/below /web.slice /with blank\\", "all cgroups")
local program = assert(session:program("pin:/sys/fs/bpf/next"))
tap.is(program:name() .. " " .. program:tag() .. " " .. program:maps()[2].name, "fw3 00112233445566ff b", "a program")
assert(chain:replace("fw", "pin:/sys/fs/bpf/fw2"))
tap.is(chain[1].name, "fw2", "it replaces another")
tap.is(assert(assert(open "attach a egress fw"):chain("a", "egress"))[1].name, "fw", "a text")
tap.is(#assert(open {}):cgroups(), 1, "an empty world")
local poor = assert(open { missing = { "cap_sys_admin", "cap_net_admin" } })
tap.refused("missing_cap_net_admin", "a missing capability", assert(poor:chain("/sys/fs/cgroup", "egress")):read())

local function wrong(part, world)
	tap.raises(part, part, open, world)
end
wrong("world: table expected, got number", 7)
wrong("unknown key 'cgroup'; known: cgroups, programs, missing", { cgroup = {} })
wrong("world: a key of cgroups: string expected, got number", { cgroups = { "a" } })
wrong("world: a key of cgroups.a: string expected, got number", { cgroups = { a = { "fw" } } })
wrong("world: cgroups.a.egress: table expected, got string", { cgroups = { a = { egress = "fw" } } })
wrong("world: name: string expected, got number", { cgroups = { a = { egress = { 7 } } } })
wrong("world: name: string expected, got nothing", { cgroups = { a = { egress = { { link = true } } } } })
wrong("world: link: string expected, got number", { cgroups = { a = { egress = { { name = "fw", link = 5 } } } } })
wrong("world: a name is empty", { cgroups = { [""] = {} } })
tap.refused("bad_argument", "an unknown word", open { cgroups = { a = { egress = { { name = "fw", colour = "red" } } } } })
tap.refused("attach_type_unknown", "an unknown attach type", open { programs = { fw = "egres" } })
tap.refused("already_attached", "a program twice", open { cgroups = { a = { egress = { "fw", "fw" } } } })
local _, _, err = open "\n\nx"
tap.is(err.details.line, 3, "the number of a wrong line is a detail")
tap.refused("bad_argument", "a world of the live kernel", cgswap.session { world = {} })
