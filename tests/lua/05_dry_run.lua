-- SPDX-License-Identifier: BSD-2-Clause
-- A dry run, and check, change nothing and say what the call or the commit would say.
local tap, fixture = ...
local cgswap = require "cgswap"

local path = fixture.cgroup("dry")
local programs = { fixture.program("p1"), fixture.program("p2") }
for _, program in ipairs(programs) do
	fixture.attach(path, program)
end
local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local spare = assert(session:program("fd:" .. fixture.program("spare").fd))
local before = fixture.chain(path)

local function untouched(name)
	local now = fixture.chain(path)
	tap.ok(now.revision == before.revision and #now == #before and now[1] == before[1] and
	       now[2] == before[2], name .. ": nothing changed")
end

tap.is(chain:attach(spare, { dry_run = true }), true, "attach would be done")
untouched("attach")
tap.is(chain:detach("p1", { dry_run = true }), true, "detach would be done")
untouched("detach")
local first = assert(session:program(programs[1].id))
local dry = tap.refused("already_attached", "attach would be refused",
			chain:attach(first, { dry_run = true }))
local wet = tap.refused("already_attached", "and is", chain:attach(first))
tap.is(dry.message, wet.message, "with the same message")
tap.refused("not_attached", "detach would be refused", chain:detach("nobody", { dry_run = true }))
untouched("refusals")

local tx = assert(session:replace())
assert(tx:add(chain, "p1", spare))
tap.is(tx:check(), true, "check: it would be done")
untouched("check")
tap.is(tx:step(0).state, "planned", "the step is planned")

assert(tx:add(chain, "p2", first))
tap.is(tx:check(), true, "p1 is free by the time the second step puts it elsewhere")
untouched("check again")

local bad = assert(session:replace())
assert(bad:add(chain, "p1", assert(session:program(programs[2].id))))
dry = tap.refused("already_attached", "check: it would be refused", bad:check())
tap.is(bad:step(0).cause, "already_attached", "the step keeps the cause")
wet = tap.refused("already_attached", "and commit is", bad:commit())
tap.is(dry.message, wet.message, "with the same message")
untouched("a refused commit")
