-- SPDX-License-Identifier: BSD-2-Clause
-- Closed handles, double close, and a session that closes what it opened.
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
tap.is(chain:cgroup(), nil, "nor a cgroup")
tap.is(chain:mode(), nil, "nor a mode")
tap.is(#chain, 0, "nor a length")
tap.has(tostring(chain), "closed", "and says so")

local open = assert(session:chain(path, "egress"))
tap.is(handle:close(), true, "close a program")
tap.is(handle:close(), true, "close it again")
tap.refused("handle_closed", "attach it", open:attach(handle))
tap.is(handle:id(), nil, "it has no id")
tap.is(handle:fd(), nil, "nor a descriptor")
tap.is(#handle:maps(), 0, "nor maps")
tap.is(tx:close(), true, "close a replace")
tap.is(tx:close(), true, "close it again")
tap.refused("handle_closed", "commit it", tx:commit())
tap.refused("handle_closed", "drain it", tx:drain())
tap.is(#fixture.chain(path), 1, "what was attached stays attached")

-- The session takes its own with it.
tx = assert(session:replace())
handle = assert(session:program(program.id))
tap.is(session:close(), true, "close the session")
tap.is(session:close(), true, "close it again")
tap.refused("handle_closed", "its chain is closed", open:read())
tap.refused("handle_closed", "its replace is closed", tx:check())
tap.is(handle:id(), nil, "its program is closed")
tap.refused("handle_closed", "it opens no chain", session:chain(path, "egress"))
tap.refused("handle_closed", "it opens no program", session:program(program.id))
tap.refused("handle_closed", "nor a replace", session:replace())
tap.is(session:kernel(), nil, "it has no kernel")
tap.is(session:set_log(print), nil, "and no log")

-- A child keeps its session, whatever becomes of the variable.
local kept
do
	local short = assert(cgswap.session())
	kept = assert(short:chain(path, "egress"))
end
collectgarbage()
collectgarbage()
tap.is(kept:read(), true, "a chain whose session nobody holds can be read")
tap.is(#assert(kept:replace("p1", fixture.program("p2").id)), 1, "and swapped in")

-- Wrong ones are told, whatever they are.
tap.raises("cgswap.chain expected, got nothing", "a method without its object", kept.read)
tap.raises("cgswap.chain expected, got cgswap.session", "a method of another object", kept.read,
	   session)
tap.raises("cgswap.chain expected, got table", "a table", kept.read, {})
tap.raises("cgswap.chain expected, got userdata", "somebody else's userdata", kept.read, io.stdout)
if newproxy then
	tap.raises("cgswap.chain expected, got userdata", "an empty userdata", kept.read, newproxy())
	tap.raises("cgswap.chain expected", "one with a metatable", kept.read, newproxy(true))
end
tap.raises("", "a field that cannot be set", function() kept.name = 1 end)
tap.is(kept.nonsense, nil, "a method that is none")
tap.is(kept == session, false, "objects of two kinds are not equal")
tap.is(kept == io.stdout, false, "nor is a file")
tap.is(kept == kept, true, "one is equal to itself")

-- A finalizer that is called by hand, and one that runs late.
getmetatable(kept).__gc(kept)
tap.refused("bad_argument", "an object whose finalizer was called", kept:read())
tap.is(#kept, 0, "it is empty")
tap.has(tostring(kept), "closed", "and says so")
tap.refused("bad_argument", "it cannot be swapped in", kept:replace("p2", program.id))
tap.is(pcall(getmetatable(kept).__gc, kept), true, "once more")
tap.raises("expected", "a finalizer with something else", getmetatable(kept).__gc, io.stdout)

-- <close>, which 5.4 has; before, its metamethod is called by hand.
local block = (loadstring or load) "local handle <close> = ..." or function(handle)
	getmetatable(handle).__close(handle, nil)
end
local scoped = assert(cgswap.session())
local inner = assert(scoped:chain(path, "egress"))
block(inner)
tap.refused("handle_closed", "<close> closes a chain", inner:read())
block(scoped)
tap.refused("handle_closed", "and a session", scoped:chain(path, "egress"))
tap.is(pcall(block, scoped), true, "a closed one can be closed")
