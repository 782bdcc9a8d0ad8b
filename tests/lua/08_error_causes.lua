-- SPDX-License-Identifier: BSD-2-Clause
-- An error is nil, a message, and a table of status, cause, errno, operation, message, remedy, log.
local tap, fixture = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session())
local path = fixture.cgroup("reason")
fixture.attach(path, fixture.program("p1"))
local chain = assert(session:chain(path, "egress"))

local nothing, message, err = chain:find("absent")
tap.is(nothing, nil, "nil is first")
tap.is(type(message), "string", "the message is second")
tap.is(tostring(err), message, "the table is printed as the same text")
tap.is(err.status, "not_attached", "status")
tap.is(err.cause, "not_attached", "cause")
tap.is(type(err.operation), "string", "operation")
tap.is(type(err.remedy), "string", "remedy")
tap.is(err.log, nil, "no log")
tap.is(err.details.selector, "absent", "the details have the selector")
tap.is(err.details.cgroup, path, "and the cgroup")
tap.is(#err.details.candidate, 1, "the candidates are a list")
tap.is(tostring(err), message, "tostring(err) is the message")
local good, raised = pcall(function() assert(chain:find("absent")) end)
tap.ok(not good and raised:find(message, 1, true), "assert raises the message")

err = tap.refused("cgroup_not_found", "a missing cgroup", session:chain(path .. "/nowhere", "egress"))
tap.is(err.status, "not_found", "its status is less specific")
tap.is(err.errno, 2, "its errno is the system call's")
tap.is(cgswap.errno_name(err.errno), "ENOENT", "the errno has a name")
tap.is(cgswap.last_error().cause, "cgroup_not_found", "last_error still has it")
assert(chain:read())
tap.is(cgswap.last_error(), nil, "last_error is nil after a successful call")

err = tap.refused("verifier_refused", "a program that the verifier rejects",
		  session:program(fixture.build("tests/bpf/object/not_verifiable.bpf.o")))
tap.is(err.status, "rejected", "its status")
tap.has(err.log, "\n", "the verifier's log has many lines")
tap.ok(err.errno, "it has an errno")

tap.refused("attach_type_unknown", "an unknown attach type", session:chain(path, "egres"))
tap.refused("cgroup_not_found", "a cgroup root that does not exist",
	    cgswap.session { cgroup_root = "/nowhere" })
tap.refused("cgroup_not_found", "a scratch cgroup that does not exist",
	    cgswap.session { scratch_cgroup = "/nowhere" })
tap.raises("unknown option 'cgrop_root'", "a session with an unknown option", cgswap.session,
	   { cgrop_root = "/" })
tap.raises("string expected, got number", "an option of the wrong type", cgswap.session,
	   { cgroup_root = 7 })

-- Names and texts of causes.
local count, named = cgswap.cause_count(), 0
for i = 0, count - 1 do
	local cause = cgswap.cause_at(i)
	if cgswap.cause_by_name(cause) == cause and cgswap.cause_status(cause) and
	   cgswap.cause_meaning(cause) and cgswap.cause_remedy(cause) then
		named = named + 1
	end
end
tap.is(named, count, "each cause has a status, a meaning and a remedy")
tap.is(cgswap.cause_at(count), nil, "there are no more causes")
tap.is(cgswap.cause_errnos("not_attached"), "ENOENT", "the errnos of a cause")
tap.is(cgswap.cause_status("held_by_link"), "not_attached", "the status of a cause")
tap.is(cgswap.cause_per_cgroup("held_by_link"), true, "a cause of one cgroup")
tap.is(cgswap.cause_per_cgroup("verifier_refused"), false, "a cause of all cgroups")
tap.is(cgswap.cause_by_name("nonsense"), nil, "cause_by_name of an unknown name")
tap.raises("unknown cause 'nonsense'", "an unknown cause", cgswap.cause_meaning, "nonsense")
tap.is(cgswap.status_name(-6), "not_attached", "a status by its number")

-- Features of the kernel.
local features = 0
for i = 1, cgswap.feature_count() do
	local feature = cgswap.feature_name(i)
	local has = session:has(feature)
	if type(has) == "boolean" and cgswap.feature_kernel(feature) and session:probe(feature) then
		features = features + 1
	end
end
tap.is(features, cgswap.feature_count(), "each feature is present or missing, and has a probe")
tap.is(session:has("multi"), true, "multi")
tap.raises("unknown feature 'flight'", "an unknown feature", session.has, session, "flight")
tap.is(session:has_attach_type("egress"), true, "an attach type")
tap.refused("attach_type_unknown", "an unknown attach type", session:has_attach_type("nonsense"))
tap.is(cgswap.attach_type_name(0) ~= nil and cgswap.attach_type_short_name(0) ~= nil, true,
       "attach types have names")
tap.is(cgswap.attach_type_name(cgswap.attach_type_count()), nil, "attach_type_name past the end")
tap.ok(cgswap.version():match("^%d+%.%d+%.%d+$"), "the version")
tap.is(session:kernel(), "live", "the kernel")
tap.is(session:cgroup_root(), fixture.mount(), "the mount")
tap.is(session:bpffs(), "/sys/fs/bpf", "the bpffs")
