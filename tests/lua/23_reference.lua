-- SPDX-License-Identifier: BSD-2-Clause
-- docs/lua.md lists each function of the module and each method, and no others.
local tap, fixture = ...
local cgswap = require "cgswap"
local core = require "cgswap_core"

local listed, rows = {}, 0
for line in io.lines(fixture.source("docs/lua.md")) do
	local name = line:match("^| `([%a_]+[.:][%a_]+)%(")
	if name then
		listed[name], rows = true, rows + 1
	end
end
tap.ok(rows > 60, "the page was read")

local missing = {}
local function check(prefix, functions)
	for name, value in pairs(functions) do
		if type(value) == "function" and not listed[prefix .. name] then
			missing[#missing + 1] = prefix .. name
		end
		listed[prefix .. name] = nil
	end
end
check("cgswap.", cgswap)
for _, noun in ipairs { "session", "chain", "program", "replace", "object", "link" } do
	check(noun .. ":", core.class(noun).__class)
end
table.sort(missing)
tap.is(table.concat(missing, " "), "", "the page lists everything")
tap.is(next(listed), nil, "everything that it lists exists")
