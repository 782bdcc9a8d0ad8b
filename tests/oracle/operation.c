/* SPDX-License-Identifier: BSD-2-Clause */
#include "operation.h"

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const kinds[] = {
	[OP_ATTACH] = "attach",
	[OP_DETACH] = "detach",
	[OP_LINK_CREATE] = "link create",
	[OP_LINK_UPDATE] = "link update",
	[OP_LINK_DETACH] = "link detach",
	[OP_LINK_CLOSE] = "link close",
	[OP_QUERY] = "query",
	[OP_FILL] = "fill",
	[OP_RECREATE] = "recreate",
	[OP_RELOAD] = "reload",
};

static const char *const revisions[] = {
	[REVISION_NONE] = "",
	[REVISION_RIGHT] = " at the right revision",
	[REVISION_STALE] = " at a past revision",
	[REVISION_FUTURE] = " at a future revision",
};

struct line {
	char *text;
	size_t size, length;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct line *line, const char *format, ...)
{
	size_t capacity = line->size - line->length;
	va_list args;
	int written;

	va_start(args, format);
	written = vsnprintf(line->text + line->length, capacity, format, args);
	va_end(args);
	if (written > 0)
		line->length += (size_t)written < capacity ? (size_t)written : capacity - 1;
}

const char *cgroup_name(unsigned index)
{
	static const char *const names[] = { "a", "a/b", "a/b/c", "a/d", "e" };

	return index < CGROUPS ? names[index] : "(removed)";
}

static void add_ref(struct line *line, const char *label, struct ref ref)
{
	static const char *const words[] = {
		[REF_NONE] = "0",
		[REF_CLOSED] = "closed",
		[REF_MINUS_ONE] = "-1",
		[REF_FILE] = "file",
		[REF_MAP] = "map",
		[REF_DIRECTORY] = "directory",
		[REF_CGROUP_V1] = "cgroup v1",
		[REF_PROCS] = "cgroup.procs",
		[REF_UNKNOWN_ID] = "unknown id",
	};

	add(line, " %s", label);
	if (ref.kind == REF_PROGRAM)
		add(line, "P%u", ref.index);
	else if (ref.kind == REF_LINK)
		add(line, "L%u", ref.index);
	else if (ref.kind == REF_CGROUP)
		add(line, "%s", cgroup_name(ref.index));
	else
		add(line, "%s", words[ref.kind]);
}

static void add_flags(struct line *line, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ KERNEL_OVERRIDE, "OVERRIDE" }, { KERNEL_MULTI, "MULTI" },
		{ KERNEL_REPLACE, "REPLACE" },   { KERNEL_BEFORE, "BEFORE" },
		{ KERNEL_AFTER, "AFTER" },       { KERNEL_ID, "ID" },
		{ KERNEL_PREORDER, "PREORDER" }, { KERNEL_LINK, "LINK" },
	};
	const char *between = " ";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags & names[i].flag))
			continue;
		add(line, "%s%s", between, names[i].name);
		between = "|";
		flags &= ~names[i].flag;
	}
	if (flags)
		add(line, "%s0x%x", between, flags);
	else if (*between == ' ')
		add(line, " no flags");
}

static void add_position(struct line *line, const struct operation *operation)
{
	const struct attach_type *type = attach_type_by_number(operation->attach_type);

	add_ref(line, "", operation->target);
	if (type)
		add(line, " %s", type->short_name);
	else
		add(line, " type %u", operation->attach_type);
}

const char *operation_text(char *text, size_t size, const struct operation *operation)
{
	struct line line = { text, size, 0 };

	add(&line, "%s", kinds[operation->kind]);
	switch (operation->kind) {
	case OP_ATTACH:
	case OP_DETACH:
	case OP_LINK_CREATE:
		add_position(&line, operation);
		add_ref(&line, "program ", operation->program);
		add_flags(&line, operation->flags);
		if (operation->kind == OP_ATTACH)
			add_ref(&line, "replaced ", operation->replaced);
		add_ref(&line, operation->flags & KERNEL_ID ? "relative id of " : "relative ",
			operation->anchor);
		add(&line, "%s", revisions[operation->revision]);
		if (operation->kind == OP_LINK_CREATE)
			add_ref(&line, "as ", operation->link);
		break;
	case OP_LINK_UPDATE:
		add_ref(&line, "", operation->link);
		add_ref(&line, "new ", operation->program);
		add_flags(&line, operation->flags);
		add_ref(&line, "old ", operation->replaced);
		break;
	case OP_LINK_DETACH:
	case OP_LINK_CLOSE:
		add_ref(&line, "", operation->link);
		break;
	case OP_QUERY:
		add_position(&line, operation);
		add(&line, " flags 0x%x capacity %u%s%s", operation->flags, operation->capacity,
		    operation->wants_flags ? " with program flags" : "",
		    operation->wants_links ? " with link ids" : "");
		break;
	case OP_FILL:
		add_position(&line, operation);
		add(&line, " to %u", operation->capacity);
		break;
	case OP_RECREATE:
		add_ref(&line, "", operation->target);
		break;
	case OP_RELOAD:
		add_ref(&line, "", operation->program);
		break;
	}
	return text;
}
