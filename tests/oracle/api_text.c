/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of the API's oracle as text, for people. */
#include "api.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct line {
	char *text;
	size_t size, length;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct line *line, const char *format, ...)
{
	va_list args;

	if (line->length >= line->size)
		return;
	va_start(args, format);
	line->length += (size_t)vsnprintf(line->text + line->length, line->size - line->length,
					  format, args);
	va_end(args);
}

static void add_foreign(struct line *line, const struct api_foreign *foreign)
{
	static const char *const names[FOREIGN_KINDS] = {
		"nothing", "attach", "detach", "replace", "create link", "update link", "end link",
		"fill", "clear", "remove cgroup",
	};

	add(line, "%s C%u T%u P%u", names[foreign->kind % FOREIGN_KINDS], foreign->cgroup,
	    foreign->type, foreign->program);
	if (foreign->kind == FOREIGN_REPLACE)
		add(line, " for P%u", foreign->other);
	if (foreign->kind >= FOREIGN_LINK && foreign->kind <= FOREIGN_LINK_END)
		add(line, " L%u", foreign->slot);
	add(line, " flags %#x", foreign->flags);
}

static void add_selector(struct line *line, const struct api_selector *selector)
{
	static const char *const names[API_SELECTORS] = { "id:P", "fd:P", "name:P", "pos:", "link:L" };

	add(line, " %s%u", names[selector->kind % API_SELECTORS], selector->index);
}

static void add_options(struct line *line, unsigned preorder, unsigned revision)
{
	if (preorder)
		add(line, preorder == CGSWAP_PREORDER_YES ? " preorder" : " no-preorder");
	if (revision)
		add(line, revision == API_WRONG_REVISION ? " wrong-revision" : " right-revision");
}

static void add_attach(struct line *line, const struct api_operation *operation)
{
	static const char *const sides[] = { "", " first", " before", " after" };

	add(line, "attach C%u T%u P%u", operation->cgroup, operation->type, operation->program);
	if (operation->by_link)
		add(line, " by link L%u", operation->slot);
	if (operation->mode)
		add(line, " mode %s", cgswap_mode_get_name((enum cgswap_mode)operation->mode));
	add(line, "%s", sides[operation->side % 4]);
	if (operation->side >= API_BEFORE)
		add_selector(line, &operation->selector);
	add_options(line, operation->preorder, operation->revision);
}

static void add_replace(struct line *line, const struct api_operation *operation)
{
	add(line, "replace%s%s%s", operation->once ? " without retries" : "",
	    operation->verify_off ? " unverified" : "", operation->dry_run ? " dry" : "");
	for (unsigned i = 0; i < operation->step_count; i++) {
		const struct api_step *step = &operation->steps[i];

		add(line, "%s C%u T%u", i ? ";" : ":", step->cgroup, step->type);
		add_selector(line, &step->old);
		add(line, " by P%u", step->program);
		add_options(line, step->preorder, step->revision);
	}
}

const char *api_text(char *text, size_t size, const struct api_operation *operation)
{
	static const char *const moments[API_MOMENTS] = { "",	       "after the dry run or adds",
							  "after check", "after commit",
							  "in the call",   "in add",
							  "in rollback" };
	struct line line = { .text = text, .size = size };

	text[0] = '\0';
	if (operation->kind == API_FOREIGN) {
		add(&line, "others: ");
		add_foreign(&line, &operation->foreign);
		return text;
	}
	if (operation->kind == API_ATTACH) {
		add_attach(&line, operation);
	} else if (operation->kind == API_DETACH) {
		add(&line, "detach C%u T%u", operation->cgroup, operation->type);
		add_selector(&line, &operation->selector);
		add_options(&line, 0, operation->revision);
	} else {
		add_replace(&line, operation);
	}
	if (operation->inside)
		add(&line, ", in a cgroup namespace");
	if (api_disabled_name(operation->disabled))
		add(&line, ", without %s", api_disabled_name(operation->disabled));
	if (api_missing_capabilities(operation->privilege))
		add(&line, ", without capabilities %#llx",
		    (unsigned long long)api_missing_capabilities(operation->privilege));
	if (operation->moment) {
		add(&line, "; %s", moments[operation->moment % API_MOMENTS]);
		if (operation->moment >= API_IN_CALL)
			add(&line, ", at system call %u", operation->nth);
		add(&line, ": ");
		add_foreign(&line, &operation->foreign);
	}
	return text;
}
