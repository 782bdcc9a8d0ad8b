-- SPDX-License-Identifier: BSD-2-Clause
-- session:clean() lists what killed processes have left, and removes it unless it is a dry run.
local tap = ...
local cgswap = require "cgswap"

local session = assert(cgswap.session { kernel = "model", world = "cgroup a/cgswap-scratch-0\ncgroup cgswap-scratch-12/b" })
local left = assert(session:clean { dry_run = true })
tap.is(#left, 2, "two scratch cgroups")
tap.is(left[1].path, "/sys/fs/cgroup/a/cgswap-scratch-0", "a path")
tap.is(left[1].kind, "cgroup", "its kind")
tap.is(left[1].removed, false, "a dry run removes nothing")
tap.is(left[1].reason, nil, "it could be")
left = assert(session:clean())
tap.is(left[1].removed, true, "it is removed")
tap.is(left[2].removed, false, "one must stay")
tap.is(left[2].reason, "it has processes or cgroups", "with a reason")
tap.is(#assert(session:clean()), 1, "the first is gone")
tap.ok(not pcall(session.clean, session, true), "options that are no table")
session:close()
tap.refused("handle_closed", "a closed session", session:clean())
