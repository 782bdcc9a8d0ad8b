# SPDX-License-Identifier: BSD-2-Clause
"""Every exported function has a counterpart with a docstring in the module, and the lists of exceptions
are up to date."""

import inspect
import operator
import re

import cgswap
import raw
from tap import diag, ok, same

# Functions that have another name in Python, or are part of something else.
RENAMED = {
    "version": "__version__",
    "status_get_name": "Status",
    "mode_get_name": "Mode",
    "preorder_get_name": "Entry.preorder",
    "position_get_name": "Chain.attach",
    "map_policy_get_name": "MapPolicy",
    "constant_policy_get_name": "ConstantPolicy",
    "guard_get_name": "Guard",
    "step_state_get_name": "StepState",
    "entry_state_get_name": "EntryState",
    "journal_close": "Session.recover",
    "journal_get_id": "Journal.id",
    "journal_get_pid": "Journal.pid",
    "journal_get_uid": "Journal.uid",
    "journal_get_command": "Journal.command",
    "journal_get_began_at": "Journal.began_at",
    "journal_get_ended": "Journal.ended",
    "journal_get_length": "Journal.steps",
    "journal_get_step_cgroup": "JournalStep.cgroup",
    "journal_get_step_cgroup_id": "JournalStep.cgroup_id",
    "journal_get_step_attach_type": "JournalStep.attach_type",
    "journal_get_step_link_id": "JournalStep.link_id",
    "journal_get_step_old_id": "JournalStep.old_id",
    "journal_get_step_old_name": "JournalStep.old_name",
    "journal_get_step_new_id": "JournalStep.new_id",
    "journal_get_step_new_name": "JournalStep.new_name",
    "journal_get_step_pin": "JournalStep.pin",
    "journal_get_step_state": "JournalStep.state",
    "history_open": "Session.history",
    "history_close": "Session.history",
    "history_get_length": "Session.history",
    "history_get_id": "Transaction.id",
    "history_get_pid": "Transaction.pid",
    "history_get_uid": "Transaction.uid",
    "history_get_command": "Transaction.command",
    "history_get_began_at": "Transaction.began_at",
    "history_get_ended": "Transaction.ended",
    "history_get_step_count": "Transaction.steps",
    "history_get_undoes": "Transaction.undoes",
    "history_get_undone_by": "Transaction.undone_by",
    "history_is_of_this_boot": "Transaction.of_this_boot",
    "history_is_held": "Transaction.held",
    "history_get_memory": "Transaction.memory",
    "history_get_change_count": "Transaction.changes",
    "history_get_change_old_id": "TransactionChange.old_id",
    "history_get_change_old_name": "TransactionChange.old_name",
    "history_get_change_new_id": "TransactionChange.new_id",
    "history_get_change_new_name": "TransactionChange.new_name",
    "history_get_change_step_count": "TransactionChange.steps",
    "history_get_constant_count": "Transaction.constants",
    "history_get_constant_program_id": "TransactionConstant.program_id",
    "history_get_constant_name": "TransactionConstant.name",
    "history_get_constant_value": "TransactionConstant.value",
    "log_level_get_name": "LogLevel",
    "errno_get_name": "errno_name",
    "cause_get_count": "Cause",
    "cause_get_at": "Cause",
    "cause_get_name": "Cause",
    "cause_get_by_name": "Cause.by_name",
    "attach_type_get_count": "attach_types",
    "attach_type_get_name": "AttachType.name",
    "attach_type_get_short_name": "AttachType.short_name",
    "attach_type_get_program_type": "AttachType.program_type",
    "attach_type_get_sections": "AttachType.sections",
    "attach_type_get_sees": "AttachType.sees",
    "session_open": "Session",
    "session_get_probe": "Session.probe",
    "feature_get_count": "Feature",
    "feature_get_name": "Feature",
    "program_open": "Session.program",
    "object_open_program": "Object.program",
    "program_get_fd": "Program.fileno",
    "program_get_map_count": "Program.maps",
    "program_get_map_id": "ProgramMap.id",
    "program_get_map_name": "ProgramMap.name",
    "program_get_map_kept": "ProgramMap.kept",
    "program_get_map_reason": "ProgramMap.reason",
    "program_get_map_timers_end": "ProgramMap.timers_end",
    "object_open": "Session.object",
    "object_get_program_count": "Object.programs",
    "object_get_program_name": "ObjectProgram.name",
    "object_get_program_section": "ObjectProgram.section",
    "object_get_program_type": "ObjectProgram.type",
    "object_get_program_attach_type": "ObjectProgram.attach_type",
    "object_get_program_length": "ObjectProgram.length",
    "object_get_map_count": "Object.maps",
    "object_get_map_name": "ObjectMap.name",
    "object_get_map_type": "ObjectMap.type",
    "object_get_map_key_size": "ObjectMap.key_size",
    "object_get_map_value_size": "ObjectMap.value_size",
    "object_get_map_max_entries": "ObjectMap.max_entries",
    "object_get_metadata_count": "Object.metadata",
    "object_get_metadata_name": "Object.metadata",
    "object_get_metadata_value": "Object.metadata",
    "object_get_note": "Object.note",
    "chain_open": "Session.chain",
    "chain_get_length": "Chain.__len__",
    "chain_get_entry": "Chain.__getitem__",
    "chain_get_effective_length": "Chain.read_effective",
    "chain_get_effective_id": "Chain.read_effective",
    "chain_get_leftover_count": "Chain.read_leftovers",
    "chain_get_leftover": "Chain.read_leftovers",
    "clean_open": "Session.clean",
    "clean_remove": "Session.clean",
    "clean_close": "Session.clean",
    "clean_get_count": "Session.clean",
    "clean_get_kind": "Leftover.kind",
    "clean_get_path": "Leftover.path",
    "clean_get_reason": "Leftover.reason",
    "clean_get_removed": "Leftover.removed",
    "find_open": "Session.find",
    "find_close": "Session.find",
    "find_get_program_count": "Found.programs",
    "find_get_program_id": "FoundProgram.id",
    "find_get_program_name": "FoundProgram.name",
    "find_get_program_tag": "FoundProgram.tag",
    "find_get_program_type": "FoundProgram.type",
    "find_get_entry_count": "Found.entries",
    "find_get_entry_cgroup": "FoundEntry.cgroup",
    "find_get_entry_cgroup_id": "FoundEntry.cgroup_id",
    "find_get_entry_attach_type": "FoundEntry.attach_type",
    "find_get_entry_position": "FoundEntry.position",
    "find_get_entry_program_id": "FoundEntry.program_id",
    "find_get_entry_link_id": "FoundEntry.link_id",
    "find_get_link_count": "Found.links",
    "find_get_link_id": "FoundLink.id",
    "find_get_link_program_id": "FoundLink.program_id",
    "find_get_link_attach_type": "FoundLink.attach_type",
    "find_get_link_cgroup_id": "FoundLink.cgroup_id",
    "find_get_pin_count": "Found.pins",
    "find_get_pin_path": "FoundPin.path",
    "find_get_pin_program_id": "FoundPin.program_id",
    "find_get_pin_link_id": "FoundPin.link_id",
    "find_get_process_count": "Found.processes",
    "find_get_process_id": "FoundProcess.id",
    "find_get_process_command": "FoundProcess.command",
    "find_get_process_program_id": "FoundProcess.program_id",
    "find_get_process_link_id": "FoundProcess.link_id",
    "find_get_unread_count": "Found.unread",
    "find_get_unread_list": "Unread.list",
    "find_get_unread_reason": "Unread.reason",
    "entry_get_map_count": "Entry.maps",
    "entry_get_map_id": "Entry.maps",
    "entry_get_metadata_count": "Entry.metadata",
    "entry_get_metadata_name": "Entry.metadata",
    "entry_get_metadata_value": "Entry.metadata",
    "replace_new": "Session.replace",
    "replace_add_source": "Replace.add",
    "replace_get_id": "Replace.id",
    "replace_get_length": "Replace.__len__",
    "replace_get_step": "Replace.__getitem__",
    "replace_get_group_count": "Replace.groups",
    "replace_get_group_length": "Group.length",
    "replace_get_group_old_id": "Group.old_id",
    "replace_get_group_new_id": "Group.new_id",
    "replace_get_group_name": "Group.name",
    "replace_get_group_tag": "Group.tag",
    "replace_get_group_map_count": "Group.maps",
    "replace_get_group_map_id": "Group.maps",
    "event_kind_get_name": "EventKind",
    "step_get_map_count": "Step.maps",
    "step_get_map_id": "ProgramMap.id",
    "step_get_map_name": "ProgramMap.name",
    "step_get_map_kept": "ProgramMap.kept",
    "step_get_map_reason": "ProgramMap.reason",
    "step_get_map_timers_end": "ProgramMap.timers_end",
    "step_get_dropped_map_count": "Step.dropped_maps",
    "step_get_dropped_map_id": "DroppedMap.id",
    "step_get_dropped_map_name": "DroppedMap.name",
    "step_get_constant_count": "Step.constants",
    "step_get_constant_name": "StepConstant.name",
    "step_get_constant_value": "StepConstant.value",
    "step_get_constant_old_value": "StepConstant.old_value",
    "step_get_constant_file_value": "StepConstant.file_value",
    "step_get_constant_reason": "StepConstant.reason",
    "step_get_dropped_constant_count": "Step.dropped_constants",
    "step_get_dropped_constant_name": "DroppedConstant.name",
    "step_get_dropped_constant_value": "DroppedConstant.value",
    "step_get_left_pin_count": "Step.left_pins",
    "step_get_left_pin_path": "LeftPin.path",
    "step_get_left_pin_map_id": "LeftPin.map_id",
    "step_get_unpinned_map_count": "Step.unpinned_maps",
    "step_get_unpinned_map_name": "UnpinnedMap.name",
    "error_get_status": "CgswapError.status",
    "error_get_cause": "CgswapError.cause",
    "error_get_errno": "CgswapError.errno",
    "error_get_operation": "CgswapError.operation",
    "error_get_message": "CgswapError.message",
    "error_get_remedy": "CgswapError.remedy",
    "error_get_log": "CgswapError.log",
    "error_get_detail_count": "CgswapError.details",
    "error_get_detail_name": "CgswapError.details",
    "error_get_detail_text": "CgswapError.details",
    "error_get_detail_number": "CgswapError.details",
    "error_get_detail_is_number": "CgswapError.details",
    "last_error": "CgswapError",
}

# Functions without a counterpart, and the reason.
BY_THE_COLLECTOR = "Python counts references"
BY_EXCEPTIONS = "an exception is a copy, and can be stored or passed to another thread"
ABSENT = {
    "session_ref": BY_THE_COLLECTOR,
    "chain_ref": BY_THE_COLLECTOR,
    "program_ref": BY_THE_COLLECTOR,
    "replace_ref": BY_THE_COLLECTOR,
    "object_ref": BY_THE_COLLECTOR,
    "find_ref": BY_THE_COLLECTOR,
    "clean_ref": BY_THE_COLLECTOR,
    "journal_ref": BY_THE_COLLECTOR,
    "history_ref": BY_THE_COLLECTOR,
    "error_dup": BY_EXCEPTIONS,
    "error_free": BY_EXCEPTIONS,
}
# Not called: a step's chain is the object that was passed to add().
NOT_CALLED = {"step_get_chain"}
# Called by the module only when an object is collected.
SILENT = {"session_unref", "chain_unref", "program_unref", "replace_unref",
          "object_unref", "journal_unref", "history_unref", "find_unref", "clean_unref"}


def exported():
    """The names in the symbol map, without their prefix."""
    with open(raw.source_path("src/abi/libcgswap.map")) as file:
        return re.findall(r"^\s*cgswap_(\w+);", file.read(), re.M)


def place(name):
    """The expected name: cgswap_chain_get_mode is Chain.mode, cgswap_chain_read is Chain.read."""
    if name in RENAMED:
        return RENAMED[name]
    noun, _, verb = name.partition("_")
    if noun.capitalize() in vars(cgswap):
        return f"{noun.capitalize()}.{re.sub('^get_', '', verb)}"
    return name


def documented(path, found):
    """Checks for a docstring of methods, properties and classes; fields are in their class's."""
    if path.startswith(("Chain.__", "Replace.__")) or isinstance(found, (str, int)) or found is None:
        return True
    return bool(inspect.getdoc(found))


names = exported()
ok(len(names) > 80, f"{len(names)} functions are exported")
with open(cgswap._cgswap.__file__, "rb") as file:
    module = file.read()

for name in names:
    if name in ABSENT:
        continue
    called = b"\0cgswap_" + name.encode() + b"\0" in module
    if name in SILENT:
        ok(called, f"cgswap_{name} is called by the collector")
        continue
    path = place(name)
    try:
        found = operator.attrgetter(path)(cgswap)
    except AttributeError as error:
        ok(False, f"cgswap_{name}")
        diag(f"  wanted: cgswap.{path}: {error}")
        continue
    ok((called or name in NOT_CALLED) and documented(path, found), f"cgswap_{name} is cgswap.{path}")

same(sorted(set(RENAMED) - set(names)), [], "all renamed functions are exported")
same(sorted(set(ABSENT) - set(names)), [], "all exceptions are exported")

for name in cgswap.__all__:
    one = getattr(cgswap, name)
    same(one.__module__, "cgswap", f"{name} is cgswap's")
    ok(inspect.getdoc(one), f"{name} has a docstring")
    if inspect.isclass(one):
        for attribute, value in vars(one).items():
            if not attribute.startswith("_") and callable(value):
                ok(inspect.getdoc(value), f"{name}.{attribute} has a docstring")
same(len(cgswap.attach_types()) > 20, True, "the attach types")
egress = next(each for each in cgswap.attach_types() if each.short_name == "egress")
ok(
    egress[:4] == ("cgroup_inet_egress", "egress", "cgroup_skb", ("cgroup_skb/egress",)) and egress.sees,
    "egress is one of them",
)
same(cgswap.errno_name(22), "EINVAL", "an errno has a name")
ok("cgswap_chain_open" in cgswap.abi_describe(), "the ABI is described as text")
ok(re.fullmatch(r"\d+\.\d+\.\d+", cgswap.__version__), "the version")
