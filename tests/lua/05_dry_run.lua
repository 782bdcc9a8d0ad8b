-- SPDX-License-Identifier: BSD-2-Clause
-- A dry run and a check change nothing, and return the same as the call or the commit.
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

tap.is(chain:attach(spare, { dry_run = true }), true, "attach would succeed")
untouched("attach")
tap.is(chain:detach("p1", { dry_run = true }), true, "detach would succeed")
untouched("detach")
local first = assert(session:program(programs[1].id))
local dry = tap.refused("already_attached", "attach would fail",
			chain:attach(first, { dry_run = true }))
local wet = tap.refused("already_attached", "attach fails", chain:attach(first))
tap.is(dry.message, wet.message, "with the same message")
tap.refused("not_attached", "detach would fail", chain:detach("absent", { dry_run = true }))
untouched("refusals")

local planned = assert(chain:replace("p1", spare, { dry_run = true }))
untouched("replace")
tap.is(planned:step(0).state, "planned", "its step is planned")
tap.refused("bad_argument", "it cannot be committed", planned:commit())

local tx = assert(session:replace())
assert(tx:add(chain, "p1", spare))
tap.is(tx:check(), true, "check: commit would succeed")
untouched("check")
tap.is(tx:step(0).state, "planned", "the step is planned")

assert(tx:add(chain, "p2", first))
tap.is(tx:check(), true, "the second step may attach p1, since the first replaces it")
untouched("check again")

local bad = assert(session:replace())
assert(bad:add(chain, "p1", assert(session:program(programs[2].id))))
dry = tap.refused("already_attached", "check: commit would fail", bad:check())
tap.is(bad:step(0).cause, "already_attached", "the step has the cause")
wet = tap.refused("already_attached", "commit fails", bad:commit())
tap.is(dry.message, wet.message, "with the same message")
untouched("a failed commit")
