-- SPDX-License-Identifier: BSD-2-Clause
-- A refusal: nil, a message, and a table of status, cause, errno, operation, message, remedy, log.
local tap, fixture = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session())
local path = fixture.cgroup("reason")
fixture.attach(path, fixture.program("p1"))
local chain = assert(session:chain(path, "egress"))

local nothing, message, err = chain:find("nobody")
tap.is(nothing, nil, "nil first")
tap.is(type(message), "string", "then the message")
tap.is(err.message, message, "which stands in the table too")
tap.is(err.status, "not_attached", "status")
tap.is(err.cause, "not_attached", "cause")
tap.is(type(err.operation), "string", "operation")
tap.is(type(err.remedy), "string", "remedy")
tap.is(err.log, nil, "no log where there is none")
tap.is(tostring(err), message, "tostring(err) is the message")
local good, raised = pcall(function() assert(chain:find("nobody")) end)
tap.ok(not good and raised:find(message, 1, true), "assert raises the message")

err = tap.refused("cgroup_not_found", "no such cgroup", session:chain(path .. "/nowhere", "egress"))
tap.is(err.status, "not_found", "its status is coarser")
tap.is(err.errno, 2, "its errno is the system's")
tap.is(cgswap.errno_name(err.errno), "ENOENT", "which has a name")
tap.is(cgswap.last_error().cause, "cgroup_not_found", "last_error has it still")
assert(chain:read())
tap.is(cgswap.last_error(), nil, "until a call succeeds")

err = tap.refused("verifier_refused", "a program that the verifier refuses",
		  session:program(fixture.build("tests/bpf/object/not_verifiable.bpf.o")))
tap.is(err.status, "rejected", "its status")
tap.has(err.log, "\n", "the verifier's log has many lines")
tap.ok(err.errno, "and an errno")

tap.refused("attach_type_unknown", "no such hook", session:chain(path, "egres"))
tap.refused("cgroup_not_found", "a session without its mount",
	    cgswap.session { cgroup_root = "/nowhere" })
tap.raises("unknown option 'cgrop_root'", "a session with an unknown option", cgswap.session,
	   { cgrop_root = "/" })
tap.raises("string expected, got number", "an option of the wrong type", cgswap.session,
	   { cgroup_root = 7 })

-- The causes themselves.
local count, named = cgswap.cause_count(), 0
for i = 0, count - 1 do
	local cause = cgswap.cause_at(i)
	if cgswap.cause_by_name(cause) == cause and cgswap.cause_status(cause) and
	   cgswap.cause_meaning(cause) and cgswap.cause_remedy(cause) then
		named = named + 1
	end
end
tap.is(named, count, "each cause has a status, a meaning and a remedy")
tap.is(cgswap.cause_at(count), nil, "there is no other")
tap.is(cgswap.cause_errnos("not_attached"), "ENOENT", "the errnos behind a cause")
tap.is(cgswap.cause_status("held_by_link"), "not_attached", "the status of a cause")
tap.is(cgswap.cause_by_name("nonsense"), nil, "by_name of what is none")
tap.raises("unknown cause 'nonsense'", "a cause that is none", cgswap.cause_meaning, "nonsense")
tap.is(cgswap.status_name(-6), "not_attached", "a status by its number")

-- And what the kernel can do.
local features = 0
for i = 1, cgswap.feature_count() do
	local feature = cgswap.feature_name(i)
	local has = session:has(feature)
	if type(has) == "boolean" and cgswap.feature_kernel(feature) and session:probe(feature) then
		features = features + 1
	end
end
tap.is(features, cgswap.feature_count(), "each feature is there or not, and was probed")
tap.is(session:has("multi"), true, "multi")
tap.raises("unknown feature 'flight'", "a feature that is none", session.has, session, "flight")
tap.is(session:has_attach_type("egress"), true, "an attach type")
tap.refused("attach_type_unknown", "one that is none", session:has_attach_type("nonsense"))
tap.is(cgswap.attach_type_name(0) ~= nil and cgswap.attach_type_short_name(0) ~= nil, true,
       "attach types have names")
tap.is(cgswap.attach_type_name(cgswap.attach_type_count()), nil, "and an end")
tap.ok(cgswap.version():match("^%d+%.%d+%.%d+$"), "the version")
tap.is(session:kernel(), "live", "the kernel")
tap.is(session:cgroup_root(), fixture.mount(), "the mount")
tap.is(session:bpffs(), "/sys/fs/bpf", "the bpffs")
