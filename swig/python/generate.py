# SPDX-License-Identifier: BSD-2-Clause
"""Makes the part of the Python package that the ABI tables describe: generate.py SOURCES FOLDER.

_generated.py has the enums of abi.def, and a class for each record of fields.def; _cgswap.pyi has the
signatures of SWIG's wrappers, for type checkers."""

import ast
import re
import sys

ENUMS = {
    "status": ("Status", "E_", "The value that a caller branches on. Each status has an exception class."),
    "cause": ("Cause", "CAUSE_", "The specific cause of an error."),
    "feature": ("Feature", "FEATURE_", "A feature of the kernel."),
    "mode": ("Mode", "MODE_", "The mode in which the programs of a chain are attached."),
    "map_policy": ("MapPolicy", "MAPS_",
                   "The policy for the old program's maps when an object's program replaces it."),
    "constant_policy": ("ConstantPolicy", "CONSTANTS_",
                        "The policy for constants whose values differ in the old program and the new one."),
    "guard": ("Guard", "GUARD_", "The value that the kernel compared when it made a swap."),
    "step_state": ("StepState", "STEP_", "The state of one step of a Replace."),
    "event_kind": ("EventKind", "EVENT_", "The kind of an Event."),
    "log_level": ("LogLevel", "LOG_", "The level of a log line."),
}
TYPES = {
    "TEXT": "str", "TEXT_OR_NONE": "str", "NUMBER": "int", "NUMBER_OR_NONE": "int | None", "TIME": "int",
    "COUNTER": "int", "POSITION": "int | None", "FLAG": "bool", "FLAG_OR_NONE": "bool | None",
}
RESULTS = {"const char *": "str", "bool": "bool", "int": "int", "size_t": "int", "uint32_t": "int",
           "uint64_t": "int", "void": "None"}
FIELDS = "TEXT|NUMBER|ENUM|NUMBERS|TEXTS|RECORDS"


def rows(path, names):
    """The rows of a table: the name and the arguments of each."""
    with open(path) as file:
        text = re.sub(r"/\*.*?\*/|^#.*?$", "", file.read(), flags=re.S | re.M)
    for name, arguments in re.findall(rf"^({names})\((.*?)\)$", text, re.S | re.M):
        depth, parts = 0, [""]
        for part in re.findall(r'"[^"]*"|.', arguments, re.S):
            depth += (part == "(") - (part == ")")
            if part == "," and not depth:
                parts.append("")
            else:
                parts[-1] += part
        yield name, [re.sub(r"\s+", " ", part).strip() for part in parts]


def enums(folder):
    members, tag = {}, None
    for name, arguments in rows(f"{folder}/abi.def", "ENUM|VALUE"):
        if name == "ENUM":
            tag = arguments[0][len("cgswap_"):]
        elif tag in ENUMS:
            members.setdefault(tag, []).append(
                (re.sub(f"^CGSWAP_({ENUMS[tag][1]})?", "", arguments[0]), arguments[1]))
    for tag, (kind, _, text) in ENUMS.items():
        base = kind if kind in ("Status", "Cause", "Feature") else "Named"
        yield f'\n\nclass {kind}(_enums.{base}):\n    """{text}"""\n\n'
        for member, number in members[tag]:
            yield f"    {member} = {number}\n"


def annotation(name, arguments, classes):
    """The type of a field, from its row."""
    if name == "ENUM":
        return ENUMS[arguments[4]][0] + (" | None" if arguments[1] == "ENUM_OR_NONE" else "")
    if name == "RECORDS":
        return f"tuple[{classes[arguments[4]]}, ...]"
    return {"NUMBERS": "tuple[int, ...]", "TEXTS": "dict[str, str]"}.get(name) or TYPES[arguments[1]]


def field_name(name, arguments):
    return arguments[2 if name in ("TEXT", "NUMBER", "ENUM") else 1]


def records(folder):
    classes, done = {}, set()
    for name, arguments in rows(f"{folder}/fields.def", f"RECORD|END_RECORD|{FIELDS}"):
        text = ast.literal_eval(arguments[-1]).replace("none:", "None:") if name != "END_RECORD" else ""
        if name == "RECORD":
            record, kind = arguments[:2]
            classes[record] = kind
            shown = kind not in done and kind not in ("Entry", "Program", "Object", "CgswapError")
            done.add(kind)
            if not shown:
                continue
            yield f'\n\nclass {kind}(NamedTuple):\n    """{text}"""\n\n'
            if record == "step":
                yield "    chain: Chain\n    \"The chain of the step.\"\n"
        elif name != "END_RECORD" and shown:
            yield f"    {field_name(name, arguments)}: {annotation(name, arguments, classes)}\n    {text!r}\n"
    yield "\n\n_cgswap.set_classes({\n"
    for tag, kind in classes.items():
        if kind not in ("Entry", "Step", "Program", "Object", "CgswapError"):
            yield f'    "{tag}": {kind},\n'
    for tag, (kind, _, _) in ENUMS.items():
        yield f'    "{tag}": {kind},\n'
    yield "})\n\nfor _kind in (_enums.AttachType,"
    for kind in [*(kind for kind, _, _ in ENUMS.values()), *dict.fromkeys(classes.values())]:
        if kind not in ("Entry", "Program", "Object", "CgswapError"):
            yield f" {kind},"
    yield "):\n    _kind.__module__ = \"cgswap\"\n    setattr(cgswap, _kind.__name__, _kind)\ndel _kind\n"


def stub(folder):
    yield "# Made by generate.py.\nfrom typing import Any, Callable, final\n\n"
    yield "class Handle: ...\n\n@final\nclass Entry:\n"
    record = None
    for name, arguments in rows(f"{folder}/fields.def", f"RECORD|{FIELDS}"):
        if name == "RECORD":
            record = arguments[0]
        elif record == "entry":
            kind = annotation(name, arguments, {})
            yield f"    @property\n    def {field_name(name, arguments)}(self) -> {kind}: ...\n"
    yield "    def __eq__(self, other: object) -> bool: ...\n    def __ne__(self, other: object) -> bool: ...\n"
    yield "    def __hash__(self) -> int: ...\n\n"
    for name, arguments in rows(f"{folder}/abi.def", "VALUE|FUNCTION"):
        if name == "VALUE":
            yield f"{arguments[0][len('CGSWAP_'):]}: int\n"
            continue
        result, function = arguments[0], arguments[1][len("cgswap_"):]
        if "_get_" not in function and (result == "enum cgswap_status" or "open" in function):
            kind = {"chain_find": "int", "session_has": "bool", "session_has_attach_type": "bool",
                    "chain_attach": "int | None"}.get(function, "None")
        else:
            kind = RESULTS.get(result, "int")
        yield f"def {function}(*arguments: Any) -> {kind}: ...\n"
    yield "def add_getter(kind: type, name: str, function: Any, doc: str) -> None: ...\n"
    yield "def chain_entries(chain: Any, parts: int, first: int, count: int) -> list[Entry]: ...\n"
    yield "def records(name: str, handle: Any, first: int, count: int) -> list[Any]: ...\n"
    yield "def set_classes(classes: dict[str, type]) -> None: ...\n"
    yield "def step_chain(chain: Any, replace: Any, index: int) -> None: ...\n"
    yield "def set_error_factory(factory: Callable[..., BaseException]) -> None: ...\n"


def main(sources, folder):
    with open(f"{folder}/_generated.py", "w") as file:
        file.write('"""Enums and records. Made by generate.py from abi.def and fields.def."""\n\n'
                   "from __future__ import annotations\n\n"
                   "import cgswap\n\nfrom . import _cgswap, _enums\nfrom ._types import TYPE_CHECKING, NamedTuple\n\n"
                   "if TYPE_CHECKING:\n    from ._chain import Chain\n")
        file.writelines(enums(sources))
        file.writelines(records(sources))
    with open(f"{folder}/_cgswap.pyi", "w") as file:
        file.writelines(stub(sources))


if __name__ == "__main__":
    main(*sys.argv[1:])
