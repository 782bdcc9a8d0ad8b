/* SPDX-License-Identifier: BSD-2-Clause */
/* One name should mean the same program in every cgroup: the tags of the old programs are compared.
 */
#include "replace/recursive_look.h"

#include <stdio.h>
#include <string.h>

struct tag_count {
	const struct holder_program *program;
	size_t count;
};

enum { TAGS_SHOWN = 6 };

/* Counts the cgroups of each tag, up to those that the message shows. Returns the number of tags.
 */
static size_t tags_count(struct tag_count *tags, const struct look *look)
{
	size_t known = 0;

	for (size_t i = 0; i < look->count; i++) {
		const struct holder_program *old = look->found[i].old;
		size_t at = 0;

		while (at < known && strcmp(tags[at].program->tag, old->tag))
			at++;
		if (at == TAGS_SHOWN)
			continue;
		if (at == known)
			tags[known++] = (struct tag_count){ .program = old };
		tags[at].count++;
	}
	return known;
}

static enum cgswap_status look_error_tags(const struct look *look)
{
	const struct recursive_request *request = look->request;
	struct tag_count tags[TAGS_SHOWN];
	size_t known = tags_count(tags, look);
	struct error_text text;
	char candidate[64];

	error_text_clear(&text);
	error_text_add(&text,
		       "'%.200s'{selector} in %s{attach_type} below '%s'{cgroup} is not the same "
		       "program everywhere: ",
		       request->holders.selector, request->type->short_name, request->cgroup);
	for (size_t i = 0; i < known; i++) {
		snprintf(candidate, sizeof(candidate), "tag:%s", tags[i].program->tag);
		error_text_add(&text, "%s%s{candidate} (id %u{program_id}) in %zu{count}",
			       i ? ", " : "", candidate, tags[i].program->id, tags[i].count);
	}
	if (known == 1)
		error_text_add(&text, "; before it was tag:%s{candidate}", request->tag);
	return error_set_text(CGSWAP_CAUSE_TAGS_DIFFER, 0, &text);
}

enum cgswap_status look_check_tags(struct look *look)
{
	struct recursive_request *request = look->request;

	if (!*request->tag && look->count)
		memcpy(request->tag, look->found[0].old->tag, sizeof(request->tag));
	for (size_t i = 0; !request->any_tag && i < look->count; i++)
		if (strcmp(look->found[i].old->tag, request->tag))
			return look_error_tags(look);
	return CGSWAP_OK;
}
