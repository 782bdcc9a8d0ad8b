# SPDX-License-Identifier: BSD-2-Clause
"""Makes the Python package from its sources and the tables of the library: generate.py TOP FOLDER.

_generated.py has the enums of abi.def, and a class for each record of fields.def; _cgswap.pyi has the
signatures of SWIG's wrappers, for type checkers. The modules in cgswap/ are copied, and these expanded:

    **fields: Fields("step", "-pin")   in a signature: a keyword for each field of cgswap_step_opts but
                                       pin. The body has them in the dict of_step.
    # fields: chain                    in a class: the attributes that the record chain has
    # errors                           a class for each status
    # names: A B                       __all__, with the names of _errors.py and _generated.py
"""

import ast
import glob
import os
import re
import sys

# enums that Python has as bool, or as several arguments
NO_ENUMS = ("describe", "find_part", "position", "preorder", "recover", "verify")
TYPES = {
    "TEXT": "str", "TEXT_OR_NONE": "str", "NUMBER": "int", "NUMBER_OR_NONE": "int | None", "TIME": "int",
    "ID": "int", "ID_OR_NONE": "int | None",
    "COUNTER": "int", "POSITION": "int | None", "FLAG": "bool", "FLAG_OR_NONE": "bool | None",
}
RESULTS = {"const char *": "str", "bool": "bool", "int": "int", "size_t": "int", "uint32_t": "int",
           "uint64_t": "int", "void": "None"}
FIELDS = "TEXT|NUMBER|ENUM|NUMBERS|TEXTS|RECORDS"
HANDLES = ("Session", "Chain", "Entry", "Program", "Object", "Clean", "CgswapError")

# The keywords of options: the annotation by name, or else by the type in C; the default; their order.
OPTIONS = {
    "before": "Selector", "after": "Selector", "only": "Names", "skip": "Names", "kernel": "str",
    "attach_type": "str", "constant_choices": "ConstantChoices", "world": "World",
    "disable_features": "str | Iterable[FeatureName]", "first": "bool", "last": "bool",
    "const char *": "Path", "const char *const *": "Choices", "uint64_t": "int", "int32_t": "int",
    "uint32_t": "bool", "enum cgswap_mode": "ModeName", "enum cgswap_map_policy": "PolicyName",
    "enum cgswap_constant_policy": "ConstantPolicyName", "enum cgswap_verify": "bool",
    "enum cgswap_preorder": "bool | None", "cgswap_progress_fn": "Callable[[int, int], object]",
    "cgswap_event_fn": "Callable[[cgswap.Event], object]", "cgswap_health_fn": "Callable[[cgswap.Event], object]",
    "match": "str", "canary": "int | str", "keep": "int",
}
DEFAULTS = {"bool": "False", "verify": "True"}
ORDER = """kernel cgroup_root bpffs attach_type before after first last mode only skip reuse_maps_of
    expected_revision expected_cgroup_id preorder maps map_choices constants constant_choices old_object pin
    pin_dir link allow_unguarded verify retries retry_time_ms""".split()

# The builtin classes of exceptions, and names that do not follow from that of the status.
BUILTINS = {
    "ARGUMENT": "ValueError", "CLOSED": "ValueError", "NOT_FOUND": "FileNotFoundError",
    "TYPE_MISMATCH": "TypeError", "UNSUPPORTED": "NotImplementedError", "NOT_ATTACHED": "LookupError",
    "ALREADY_ATTACHED": "FileExistsError", "PERMISSION": "PermissionError", "INCOMPATIBLE": "ValueError",
    "REJECTED": "ValueError", "BUSY": "BlockingIOError", "UNHEALTHY": "InterruptedError",
    "NO_MEMORY": "MemoryError",
}
ERRORS = {"PERMISSION": "PermissionDeniedError", "SYSTEM": "SystemFailureError"}


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


def camel(tag):
    return tag.title().replace("_", "")


def enums(folder):
    """The enums by their tags: name, comment of the header, and members."""
    members, names = {}, []
    with open(f"{folder}/../../include/cgswap.h") as file:
        comments = {tag: text for text, tag in re.findall(
            r"^/\*\* (.*?) Since .*\nenum cgswap_(\w+)", file.read(), re.M)}
    for name, arguments in rows(f"{folder}/abi.def", "ENUM|VALUE"):
        if name == "ENUM":
            names = members.setdefault(arguments[0][len("cgswap_"):], [])
        else:
            names.append(arguments)
    for tag, found in members.items():
        if tag not in NO_ENUMS:
            # CGSWAP_OK is the only one without the prefix of its enum
            prefix = os.path.commonprefix([name for name, _ in found if name != "CGSWAP_OK"]).rpartition("_")[0]
            yield tag, camel(tag), comments[tag], [
                (re.sub(f"^({prefix}|CGSWAP)_", "", name), number) for name, number in found]


def enum_classes(folder):
    for _, kind, text, members in enums(folder):
        base = kind if kind in ("Status", "Cause", "Feature") else "Named"
        yield f'\n\nclass {kind}(_enums.{base}):\n    """{text}"""\n\n'
        for member, number in members:
            yield f"    {member} = {number}\n"


def annotation(name, arguments, classes):
    """The type of a field, from its row."""
    if name == "ENUM":
        return camel(arguments[4]) + (" | None" if arguments[1] == "ENUM_OR_NONE" else "")
    if name == "RECORDS":
        return f"tuple[{classes[arguments[4]]}, ...]"
    return {"NUMBERS": "tuple[int, ...]", "TEXTS": "dict[str, str]"}.get(name) or TYPES[arguments[1]]


def field_name(name, arguments):
    return arguments[2 if name in ("TEXT", "NUMBER", "ENUM") else 1]


def record_class(kind, text, members):
    """A record, from the name, type and description of each field."""
    lines = "".join(f"    {field}: {doc}\n" for field, _, doc in members)
    return f'\n\nclass {kind}(NamedTuple):\n    """{text}\n\n{lines}    """\n\n' + "".join(
        f"    {field}: {type_}\n" for field, type_, _ in members)


def records(folder):
    classes, shown = {}, {}
    for name, arguments in rows(f"{folder}/fields.def", f"RECORD|END_RECORD|{FIELDS}"):
        text = ast.literal_eval(arguments[-1]).replace("none:", "None:") if name != "END_RECORD" else ""
        if name == "RECORD":
            record, kind = arguments[:2]
            classes[record] = kind
            members = [("chain", "Chain", "The chain of the step.")] if record == "step" else []
            if kind not in HANDLES:
                shown.setdefault(kind, (text, members))
        elif name != "END_RECORD":
            members.append((field_name(name, arguments), annotation(name, arguments, classes), text))
    for kind, (text, members) in shown.items():
        yield record_class(kind, text, members)
    yield "\n\n"
    for kind, (_, members) in shown.items():
        yield from (f"{kind}.{field}.__doc__ = {doc!r}\n" for field, _, doc in members)
    yield "\n_cgswap.set_classes({\n"
    for tag, kind in classes.items():
        if kind not in (*HANDLES, "Step"):
            yield f'    "{tag}": {kind},\n'
    for tag, kind, _, _ in enums(folder):
        yield f'    "{tag}": {kind},\n'
    yield "})\n\nfor _kind in (_enums.AttachType,"
    for kind in [*(kind for _, kind, _, _ in enums(folder)), *dict.fromkeys(classes.values())]:
        if kind not in HANDLES:
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
    yield "def add_fields(kind: type, name: str) -> None: ...\n"
    yield "def chain_entries(chain: Any, parts: int, first: int, count: int) -> list[Entry]: ...\n"
    yield "def journal(journal: Any) -> Any: ...\n"
    yield "def history(history: Any) -> list[Any]: ...\n"
    yield "def leftovers(clean: Any) -> Any: ...\n"
    yield "def found(find: Any) -> Any: ...\n"
    yield "def steps(replace: Any) -> list[Any]: ...\n"
    yield "def groups(replace: Any) -> list[Any]: ...\n"
    yield "def set_classes(classes: dict[str, type]) -> None: ...\n"
    yield "def step_chain(chain: Any, replace: Any, index: int) -> None: ...\n"
    yield "def set_error_factory(factory: Callable[..., BaseException]) -> None: ...\n"


def options(folder, tag, without=""):
    """The keywords that fill a struct: name, annotation and default."""
    keywords, left_out = {}, {"sz", "reserved", "user", "event_user", "health_user", "link_fd", *without.replace("-", "").split()}
    for _, (struct, kind, name) in rows(f"{folder}/abi.def", "FIELD"):
        if struct != f"cgswap_{tag}_opts" or name in left_out:
            continue
        for one in ("first", "last") if name == "position" else (name,):
            keywords[one] = OPTIONS.get(one) or OPTIONS[kind]
    if "reuse_maps_of" in keywords:
        keywords["reuse_maps_of"] = "Sources"
    for name, kind in keywords.items():
        default = DEFAULTS.get(name) or DEFAULTS.get(kind, "None")
        yield name, kind if default != "None" or "None" in kind else f"{kind} | None", default


def signature(folder, match):
    """A function whose signature has Fields(...), with keywords and dicts in its place."""
    start, before, fields, result, body = match.groups()
    *tags, without = [*ast.literal_eval(f"({fields},)"), ""]
    if tags[1:] and tags[-1].startswith("-"):
        without = tags.pop()
    keywords, dicts = {}, ""
    for tag in tags:
        found = {name: f"{name}: {kind} = {default}" for name, kind, default in options(folder, tag, without)}
        keywords.update(found)
        names = "".join(f'            "{name}": {name},\n' for name in found)
        dicts += f"        of_{tag}: dict[str, Any] = {{\n{names}        }}\n"
    def rank(name):
        return name == "dry_run", ORDER.index(name) if name in ORDER else len(ORDER)

    listed = [keywords[name] for name in sorted(keywords, key=rank)]
    before = before.strip() + ("" if "*," in before else " *,")
    text = f"{start}{before}\n        " + ",\n        ".join(listed) + f",\n    {result.strip()}"
    return text + body if body.startswith(" ...") else f"{text}{body}{dicts}"


def fields(folder, wanted):
    """The attributes of a class as type checkers see them."""
    classes, record = {}, None
    yield "    if TYPE_CHECKING:\n"
    for name, arguments in rows(f"{folder}/fields.def", f"RECORD|{FIELDS}"):
        if name == "RECORD":
            record, classes[arguments[0]] = arguments[0], arguments[1]
        elif record == wanted:
            kind = re.sub(r"\b(?!None)([A-Z])", r"cgswap.\1", annotation(name, arguments, classes))
            yield f"\n        @property\n        def {field_name(name, arguments)}(self) -> {kind}: ...\n"


def errors(header):
    """The exceptions: name, builtin class, status, and the header's comment."""
    for status, text in re.findall(r"^\tCGSWAP_E_(\w+) = .*?/\*\*< (.*?) \*/", header, re.M):
        yield (ERRORS.get(status) or status.title().replace("_", "") + "Error", BUILTINS.get(status), status,
               text[0].upper() + text[1:] + ".")


def expand(text, top):
    """The text of a module."""
    folder = f"{top}/src/abi"
    with open(f"{top}/include/cgswap.h") as file:
        kinds = list(errors(file.read()))
    text = re.sub(
        r'^(    def \w+\()([^)]*?)\*\*fields: Fields\((.*?)\),?(\s*\) -> [^\n]*?:)( \.\.\.\n|\n(?:\s+"""(?:.|\n)*?"""\n)?)',
        lambda match: signature(folder, match), text, flags=re.M)
    for record in re.findall("^    # fields: (.*)$", text, re.M):
        text = text.replace(f"    # fields: {record}\n", "".join(fields(folder, record)))
        text += f'\n\n_cgswap.add_fields({record.title()}, "{record}")\n'
    classes = "".join(f'class {name}({", ".join(filter(None, ["CgswapError", base]))}):\n    """{doc}"""\n\n\n'
                      for name, base, _, doc in kinds)
    table = "".join(f"    _cgswap.E_{status}: {name},\n" for name, _, status, _ in kinds)
    listed = "".join(f'    "{name}",\n' for name in ["CgswapError", *(kind[0] for kind in kinds)])
    text = text.replace("# errors\n", f"{classes}_CLASSES: dict[int, type[CgswapError]] = {{\n{table}}}\n"
                                      f"__all__ = [\n{listed}]\n")
    for names in re.findall("^# names: (.*)$", text, re.M):
        made = sorted({kind for _, kind, _, _ in enums(folder)} | {
            arguments[1] for _, arguments in rows(f"{folder}/fields.def", "RECORD")} - {*HANDLES})
        public = sorted([*names.split(), *made])
        text = text.replace(f"# names: {names}\n", "if TYPE_CHECKING:\n    from ._generated import " + ", ".join(
            f"{name} as {name}" for name in made) + "\n\n__all__ = [\n" + "".join(
                f'    "{name}",\n' for name in public) + listed + "]\n")
    return text


def main(top, folder):
    sources = f"{top}/src/abi"
    for path in glob.glob(f"{os.path.dirname(os.path.abspath(__file__))}/cgswap/*.py"):
        with open(path) as file, open(f"{folder}/{os.path.basename(path)}", "w") as made:
            made.write(expand(file.read(), top))
    with open(f"{folder}/_generated.py", "w") as file:
        file.write('"""Enums and records. Made by generate.py from abi.def and fields.def."""\n\n'
                   "from __future__ import annotations\n\n"
                   "import cgswap\n\nfrom . import _cgswap, _enums\nfrom ._types import TYPE_CHECKING, NamedTuple\n\n"
                   "if TYPE_CHECKING:\n    from ._chain import Chain\n")
        file.writelines(enum_classes(sources))
        file.writelines(records(sources))
    with open(f"{folder}/_cgswap.pyi", "w") as file:
        file.writelines(stub(sources))


if __name__ == "__main__":
    main(*sys.argv[1:])
