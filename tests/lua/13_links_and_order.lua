-- SPDX-License-Identifier: BSD-2-Clause
-- Programs are attached at a position, plainly and by links; an entry with a link is replaced and
-- detached through it; a program that is attached twice is selected by its link.
local tap, fixture = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session())
local path = fixture.cgroup("order")
local one, two = fixture.program("p0"), fixture.program("p1")
fixture.attach(path, one)
fixture.attach(path, two)
local chain = assert(session:chain(path, "egress"))

local function open(program)
	return assert(session:program("fd:" .. program.fd))
end
local function holds(name, ...)
	local now, wanted = fixture.chain(path), { ... }
	local same = #now == #wanted
	for i, program in ipairs(wanted) do
		same = same and now[i] == program.id
	end
	tap.ok(same, name)
end
-- A link may stay attached for a moment after its last descriptor is closed.
local function gone(name, program)
	local till, found = os.time() + 5, true
	while found and os.time() < till do
		found = false
		for _, id in ipairs(fixture.chain(path)) do
			found = found or id == program.id
		end
	end
	tap.ok(not found, name)
end

-- positions
local n = {}
for i = 1, 6 do
	n[i] = fixture.program("n" .. i)
end
local spare = fixture.program("spare")
if not session:has("ordering") then
	tap.refused("ordering_unsupported", "a position without ordering", chain:attach(open(n[1]), { first = true }))
else
	tap.is(chain:attach(open(n[1]), { first = true }), true, "attach first")
	tap.is(chain:attach(open(n[2]), { before = "name:p1" }), true, "before a name")
	tap.is(chain:attach(open(n[3]), { after = one.id }), true, "after an id")
	tap.is(chain:attach(open(n[4]), { last = true, first = false }), true, "last")
	holds("at these positions", n[1], one, n[3], n[2], two, n[4])
	tap.is(chain:attach(open(n[5]), { after = open(n[1]) }), true, "after a program")
	tap.is(chain:attach(open(n[6]), { before = "fd:" .. n[4].fd }), true, "before a descriptor")
	holds("at these positions", n[1], n[5], one, n[3], n[2], two, n[6], n[4])
	tap.refused("position_conflict", "before and after",
		    chain:attach(open(spare), { before = one.id, after = two.id }))
	tap.refused("position_conflict", "before and first",
		    chain:attach(open(spare), { before = one.id, first = true }))
	tap.refused("anchor_not_attached", "after a program that is not attached", chain:attach(open(spare), { after = "absent" }))
	tap.is(chain:attach(open(spare), { first = true, dry_run = true }), true, "a dry run")
	local poor = assert(cgswap.session { disable_features = "ordering" })
	tap.refused("ordering_unsupported", "link and position without ordering",
		    assert(poor:chain(path, "egress")):attach(assert(poor:program(spare.id)), { first = true }))
	tap.is(#fixture.chain(path), 8, "none of these changed anything")
	for _, program in ipairs(n) do
		assert(chain:detach(program.id))
	end
	holds("all are detached again", one, two)
end
tap.raises("cannot be given together", "first and last", chain.attach, chain, open(spare),
	   { first = true, last = true })
tap.raises("option 'first': boolean expected", "a position of the wrong type", chain.attach, chain,
	   open(spare), { first = 1 })
tap.raises("option 'before': a selector, an id, a program or a link expected, got boolean",
	   "before a boolean", chain.attach, chain, open(spare), { before = true })
tap.raises("option 'after'", "after a number that is not an id", chain.attach, chain, open(spare),
	   { after = 1.5 })
tap.raises("option 'after'", "after a chain", chain.attach, chain, open(spare), { after = chain })
tap.raises("option 'before'", "a zero byte", chain.attach, chain, open(spare), { before = "a\0b" })
tap.raises("option 'link': boolean expected", "a link option of the wrong type", chain.attach, chain,
	   open(spare), { link = "yes" })
tap.raises("option 'pin': string expected", "a pin of the wrong type", chain.attach, chain,
	   open(spare), { pin = 7 })

-- a link with an open descriptor
local link = assert(chain:attach(open(spare), { link = true }))
tap.is(type(link), "userdata", "attach returns a link")
tap.is(type(link:fd()), "number", "the link has a descriptor")
tap.is(tostring(link), "cgswap.link (descriptor " .. link:fd() .. ")", "tostring has the descriptor")
local entry = assert(chain:find(link))
tap.is(entry.id, spare.id, "its entry")
tap.is(chain:find("link:" .. entry.link_id).position, entry.position, "its entry found by the link's id")
tap.is(chain:entry(0).link_id, nil, "another entry has no link")
local done = assert(chain:replace(link, open(n[1])))
holds("an entry with a link is replaced", one, two, n[1])
tap.is(done:step(0).link_id, entry.link_id, "through the link")
tap.is(done:step(0).guard, "program", "the guard is the program")
assert(done:rollback())
holds("and rolled back", one, two, spare)
done:close() -- it keeps the link open for a rollback

-- a program that is attached twice
local first = assert(chain:attach(open(n[2]), { link = true }))
local second = assert(chain:attach(open(n[2]), { link = true }))
tap.is(first == second, false, "two links with one program")
tap.refused("selector_ambiguous", "its id is ambiguous", chain:find(n[2].id))
tap.refused("selector_ambiguous", "its name is ambiguous", chain:replace("name:n2", n[3].id))
holds("nothing changed", one, two, spare, n[2], n[2])
assert(chain:replace(first, open(n[3]))):close()
holds("its link selects the entry to replace", one, two, spare, n[3], n[2])
tap.is(chain:detach(second), true, "its link selects the other entry to detach")
holds("that entry is detached", one, two, spare, n[3])
tap.ok(second:fd(), "the link is still open")
tap.is(second:close(), true, "closed")
local block = (loadstring or load) "local handle <close> = ..." or function(handle)
	getmetatable(handle).__close(handle, nil)
end
block(first)
tap.is(first:fd(), nil, "<close> closes a link")
gone("its program is detached", n[3])

tap.is(link:close(), true, "close")
tap.is(link:close(), true, "close it again")
tap.is(link:fd(), nil, "it has no descriptor")
tap.is(tostring(link), "cgswap.link (closed)", "tostring says closed")
tap.refused("bad_descriptor", "a closed link selects nothing", chain:find(link))
gone("its program is detached", spare)

-- links that are collected, and dry runs
link = assert(chain:attach(open(spare), { link = true }))
holds("another link", one, two, spare)
link = nil
collectgarbage()
collectgarbage()
gone("it is closed when it is collected", spare)
tap.is(chain:attach(open(spare), { link = true, dry_run = true }), true, "a dry run creates no link")
tap.refused("mode_flags_conflict", "a link in another mode than multi",
	    chain:attach(open(spare), { link = true, mode = "override" }))
holds("nothing changed", one, two)
tap.raises("cgswap.link expected, got cgswap.chain", "a method of another object", second.fd, chain)
tap.raises("cgswap.link expected, got userdata", "a file", second.close, io.stdout)
tap.is(pcall(getmetatable(second).__gc, second), true, "a finalizer that is called by hand")

-- a model's descriptors are not descriptors of the process
do
	local modelled = assert(cgswap.session { kernel = "model" })
	local its = assert(modelled:chain("web.slice", "egress"))
	local program = assert(modelled:program(fixture.build("tests/bpf/object/one_program.bpf.o")))
	local before = fixture.descriptors()
	local held = assert(its:attach(program, { link = true }))
	tap.ok(its:find(held).link_id, "a link of the model")
	held:close()
	tap.is(fixture.descriptors(), before, "closing it closes no descriptor of the process")
end

-- override and none mode
for _, mode in ipairs { "override", "none" } do
	path = fixture.cgroup("in_" .. mode)
	local old = fixture.program("old")
	fixture.attach(path, old, mode)
	chain = assert(session:chain(path, "egress"))
	done = assert(chain:replace("name:old", open(spare)))
	holds("replaced in mode " .. mode, spare)
	tap.is(chain:mode(), mode, "the mode stays")
	tap.is(done:step(0).guard, session:has("expected_revision") and "revision" or "none", "its guard")
	local poor = assert(cgswap.session { disable_features = "revision,expected_revision" })
	chain = assert(poor:chain(path, "egress"))
	tap.refused("kernel_lacks_feature", "without revisions it fails",
		    chain:replace("name:spare", old.id))
	done = assert(chain:replace("name:spare", old.id, { allow_unguarded = true }))
	holds("with allow_unguarded it succeeds", old)
	tap.is(done:step(0).guard, "none", "and the step has no guard")
end
