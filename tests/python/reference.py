# SPDX-License-Identifier: BSD-2-Clause
"""docs/python.md lists each class, function, method and attribute of the module, and no others."""

import inspect
import re

import cgswap
import raw
from tap import ok, same

with open(raw.source_path("docs/python.md")) as file:
    page = file.read()
for name in cgswap.__all__:
    ok(re.search(rf"`{name}[`(]|^### {name}$", page, re.M), f"the page has {name}")

sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z|^\w+\n---)", page, re.M | re.S))
same(len(sections), 7, "classes with a section")
for name, text in sections.items():
    kind = getattr(cgswap, name)
    public = {attribute for attribute in vars(kind) if not attribute.startswith("_")}
    listed = set(re.findall(r"^\| `(\w+)", text, re.M))
    same(sorted(listed ^ public), [], f"the attributes of {name}")
    for method, arguments in re.findall(r"^\| `(\w+)\((.*?)\)`", text, re.M):
        names = [one for one in inspect.signature(getattr(kind, method)).parameters if one != "self"]
        wanted = [one.split("=")[0].strip() for one in arguments.split(",") if one.strip(" *")]
        same(names, wanted, f"the arguments of {name}.{method}")
