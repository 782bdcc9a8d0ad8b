-- SPDX-License-Identifier: BSD-2-Clause
-- Calls on closed handles fail, closing twice is allowed, and a session closes what it opened.
local tap, fixture = ...
local cgswap = require "cgswap"

local path = fixture.cgroup("close")
local program = fixture.program("p1")
fixture.attach(path, program)

local session = assert(cgswap.session())
local chain = assert(session:chain(path, "egress"))
local handle = assert(session:program(program.id))
local tx = assert(session:replace())

tap.is(chain:close(), true, "close a chain")
tap.is(chain:close(), true, "close it again")
tap.refused("handle_closed", "read it", chain:read())
tap.refused("handle_closed", "find in it", chain:find("p1"))
tap.refused("handle_closed", "list it", chain:entries())
tap.refused("handle_closed", "attach to it", chain:attach(handle))
tap.refused("handle_closed", "detach from it", chain:detach("p1"))
tap.refused("handle_closed", "swap in it", chain:replace("p1", program.id))
tap.refused("handle_closed", "add it", tx:add(chain, "p1", program.id))
tap.is(chain:revision(), nil, "it has no revision")
tap.is(chain:cgroup(), nil, "it has no cgroup")
tap.is(chain:mode(), nil, "it has no mode")
tap.is(#chain, 0, "it has no length")
tap.has(tostring(chain), "closed", "tostring says closed")

local open = assert(session:chain(path, "egress"))
tap.is(handle:close(), true, "close a program")
tap.is(handle:close(), true, "close it again")
tap.refused("handle_closed", "attach it", open:attach(handle))
tap.is(handle:id(), nil, "it has no id")
tap.is(handle:fd(), nil, "it has no descriptor")
tap.is(#handle:maps(), 0, "it has no maps")
tap.is(tx:close(), true, "close a replace")
tap.is(tx:close(), true, "close it again")
tap.refused("handle_closed", "commit it", tx:commit())
tap.refused("handle_closed", "drain it", tx:drain())
tap.is(#fixture.chain(path), 1, "the program stays attached")

-- A session closes its handles.
tx = assert(session:replace())
handle = assert(session:program(program.id))
tap.is(session:close(), true, "close the session")
tap.is(session:close(), true, "close it again")
tap.refused("handle_closed", "its chain is closed", open:read())
tap.refused("handle_closed", "its replace is closed", tx:check())
tap.is(handle:id(), nil, "its program is closed")
tap.refused("handle_closed", "it opens no chain", session:chain(path, "egress"))
tap.refused("handle_closed", "it opens no program", session:program(program.id))
tap.refused("handle_closed", "it opens no replace", session:replace())
tap.is(session:kernel(), nil, "it has no kernel")
tap.is(session:set_log(print), nil, "it has no log")

-- A handle keeps its session alive.
local kept
do
	local short = assert(cgswap.session())
	kept = assert(short:chain(path, "egress"))
end
collectgarbage()
collectgarbage()
tap.is(kept:read(), true, "a chain whose session was dropped can be read")
tap.is(#assert(kept:replace("p1", fixture.program("p2").id)), 1, "and swapped in")

-- Wrong objects raise an error.
tap.raises("cgswap.chain expected, got nothing", "a method without an object", kept.read)
tap.raises("cgswap.chain expected, got cgswap.session", "a method with an object of another type", kept.read,
	   session)
tap.raises("cgswap.chain expected, got table", "a table", kept.read, {})
tap.raises("cgswap.chain expected, got userdata", "another userdata", kept.read, io.stdout)
if newproxy then
	tap.raises("cgswap.chain expected, got userdata", "an empty userdata", kept.read, newproxy())
	tap.raises("cgswap.chain expected", "an empty userdata with a metatable", kept.read, newproxy(true))
end
tap.raises("", "a field that cannot be set", function() kept.name = 1 end)
tap.is(kept.nonsense, nil, "an unknown method")
tap.is(kept == session, false, "objects of different types are not equal")
tap.is(kept == io.stdout, false, "a handle and a file are not equal")
tap.is(kept == kept, true, "a handle is equal to itself")

-- A finalizer that is called by hand or late.
getmetatable(kept).__gc(kept)
tap.refused("bad_argument", "an object whose finalizer was called", kept:read())
tap.is(#kept, 0, "it is empty")
tap.has(tostring(kept), "closed", "tostring says closed")
tap.refused("bad_argument", "replace fails", kept:replace("p2", program.id))
tap.is(pcall(getmetatable(kept).__gc, kept), true, "calling it twice is allowed")
tap.raises("expected", "a finalizer with another object", getmetatable(kept).__gc, io.stdout)

-- <close> of Lua 5.4; before, the test calls the metamethod.
local block = (loadstring or load) "local handle <close> = ..." or function(handle)
	getmetatable(handle).__close(handle, nil)
end
local scoped = assert(cgswap.session())
local inner = assert(scoped:chain(path, "egress"))
block(inner)
tap.refused("handle_closed", "<close> closes a chain", inner:read())
block(scoped)
tap.refused("handle_closed", "<close> closes a session", scoped:chain(path, "egress"))
tap.is(pcall(block, scoped), true, "closing a closed one is allowed")
