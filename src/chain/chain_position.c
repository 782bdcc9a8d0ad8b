/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_position.h"

#include <stdio.h>

#include "chain/chain_find.h"
#include "chain/chain_retry.h"
#include "base/error.h"

/* The anchor: the entry beside which the new one is attached. */
struct chain_anchor {
	size_t position;
	uint32_t id;
	uint32_t link_id; /* 0: a plain entry, or the caller may not list links */
	bool duplicate;   /* the program has other entries too */
};

static struct chain_anchor chain_anchor_at(const struct cgswap_chain *chain, size_t position)
{
	const struct cgswap_entry *entry = &chain->entries[position];

	return (struct chain_anchor){
		.position = position,
		.id = entry->id,
		.link_id = entry->link_id,
		.duplicate = snapshot_occurrences(&chain->now, entry->id) > 1,
	};
}

static enum cgswap_status position_read_anchor(struct chain_anchor *out, struct cgswap_chain *chain,
					       const char *named, bool by_link)
{
	struct selector selector;
	enum cgswap_status status;
	struct chain_match match;
	uint32_t link_id;

	status = selector_parse(&selector, named);
	if (!status)
		status = chain_read(chain);
	if (!status)
		status = chain_match(&match, chain, &selector);
	if (status == CGSWAP_E_NOT_ATTACHED)
		return error_set(
			CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED, 0,
			"the anchor '%.200s'{selector} is not attached to %s{attach_type} of "
			"'%s'{cgroup}",
			named, chain->type->short_name, chain->cgroup->path);
	if (status)
		return status;
	/* the kernel identifies the anchor of a link by link id, not by program */
	link_id = match.target.link.id;
	if (match.count > 1 && !(link_id && by_link))
		return chain_error_ambiguous(chain, &selector, &match);
	status = chain_describe_links(chain);
	if (status)
		return status;
	*out = chain_anchor_at(chain, match.positions[0]);
	if (link_id)
		out->link_id = link_id;
	return CGSWAP_OK;
}

/* Links that were read while the chain changed may not be those of the snapshot. */
static enum cgswap_status position_find_anchor(struct chain_anchor *out, struct cgswap_chain *chain,
					       const char *named, bool by_link)
{
	struct retry retry = chain_retry(chain->session);
	enum cgswap_status status;

	do
		status = position_read_anchor(out, chain, named, by_link);
	while (!status && chain_has_moved(chain) && retry_again(&retry));
	return status;
}

/* The kernel accepts a link as anchor of a link only, and a plain entry of a plain entry only. */
static bool position_accepts_anchor(const struct chain_anchor *anchor, bool by_link)
{
	return by_link ? anchor->link_id != 0 : !anchor->link_id && !anchor->duplicate;
}

static void position_beside(struct chain_position *out, const struct chain_anchor *anchor,
			    uint32_t side, bool by_link)
{
	out->flags = side | KERNEL_ID | (by_link ? KERNEL_LINK : 0);
	out->relative = by_link ? anchor->link_id : anchor->id;
	out->anchor = (struct rules_anchor){
		.given = true,
		.kind = by_link ? RULES_LINK : RULES_PROGRAM,
		.id = out->relative,
	};
}

/* Sets *out if the kernel can insert an entry between others. */
static enum cgswap_status position_ask_ordering(bool *out, struct cgswap_chain *chain)
{
	enum cgswap_status status;

	status = session_check_feature(chain->session, CGSWAP_FEATURE_ORDERING);
	*out = !status;
	if (status != CGSWAP_E_UNSUPPORTED)
		return status;
	error_clear();
	return CGSWAP_OK;
}

static enum cgswap_status error_ordering_unsupported(const struct cgswap_chain *chain)
{
	return error_set(CGSWAP_CAUSE_ORDERING_UNSUPPORTED, 0,
			 "this kernel can attach a program only at the end of %s{attach_type} of "
			 "'%s'{cgroup}, after its %zu{count} program%s",
			 chain->type->short_name, chain->cgroup->path, chain->now.count,
			 chain->now.count == 1 ? "" : "s");
}

/*
 * Before an entry is the same position as after the previous one, which may be of the right kind.
 */
static enum cgswap_status position_by_other_side(struct chain_position *out,
						 struct cgswap_chain *chain,
						 const struct chain_anchor *named, uint32_t side,
						 bool by_link)
{
	bool before = side == KERNEL_BEFORE;
	struct chain_anchor other;

	out->needs_snapshot = true;
	if (before && named->position == 0) {
		out->flags = KERNEL_BEFORE;
		return CGSWAP_OK;
	}
	if (!before && named->position + 1 == chain->now.count)
		return CGSWAP_OK;
	other = chain_anchor_at(chain, before ? named->position - 1 : named->position + 1);
	if (!position_accepts_anchor(&other, by_link))
		return error_set(
			CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH, 0,
			"a %s cannot be attached next to '%.200s'{selector} in %s{attach_type} of "
			"'%s'{cgroup}: the entries on both sides %s",
			by_link ? "link" : "program without a link", out->named,
			chain->type->short_name, chain->cgroup->path,
			by_link ? "have no links" : "have links");
	position_beside(out, &other, before ? KERNEL_AFTER : KERNEL_BEFORE, by_link);
	snprintf(out->via, sizeof(out->via), "pos:%zu", other.position);
	return CGSWAP_OK;
}

static enum cgswap_status position_beside_anchor(struct chain_position *out,
						 struct cgswap_chain *chain, uint32_t side,
						 bool by_link)
{
	struct chain_anchor anchor;
	enum cgswap_status status;
	bool ordering;

	status = position_find_anchor(&anchor, chain, out->named, by_link);
	if (!status)
		status = position_ask_ordering(&ordering, chain);
	if (status)
		return status;
	out->index = side == KERNEL_BEFORE ? anchor.position : anchor.position + 1;
	if (!ordering) {
		out->needs_snapshot = true;
		return out->index == chain->now.count && !anchor.duplicate
			       ? CGSWAP_OK
			       : error_ordering_unsupported(chain);
	}
	if (!position_accepts_anchor(&anchor, by_link))
		return position_by_other_side(out, chain, &anchor, side, by_link);
	position_beside(out, &anchor, side, by_link);
	return CGSWAP_OK;
}

static enum cgswap_status position_first(struct chain_position *out, struct cgswap_chain *chain)
{
	enum cgswap_status status;
	bool ordering;

	status = position_ask_ordering(&ordering, chain);
	if (!status && ordering)
		out->flags = KERNEL_BEFORE;
	if (status || ordering)
		return status;
	status = chain_read(chain);
	out->needs_snapshot = true;
	if (!status && chain->now.count)
		status = error_ordering_unsupported(chain);
	return status;
}

/* Lists the positions that the request gives: "before 'count', after 'mark'". */
static enum cgswap_status error_several_positions(const struct cgswap_attach_opts *opts)
{
	const struct {
		const char *option, *value;
	} positions[] = {
		{ "before", opts->before },
		{ "after", opts->after },
		{ "position", opts->position ? cgswap_position_get_name(opts->position) : NULL },
	};
	struct error_text text;
	const char *separator = "";

	error_text_clear(&text);
	error_text_add(&text, "only one position can be given; the request has ");
	for (size_t i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		if (!positions[i].value)
			continue;
		error_text_add(&text, "%s%s{option} '%.200s'{candidate}", separator,
			       positions[i].option, positions[i].value);
		separator = ", ";
	}
	return error_set_text(CGSWAP_CAUSE_POSITION_CONFLICT, 0, &text);
}

enum cgswap_status chain_position(struct chain_position *out, struct cgswap_chain *chain,
				  const struct cgswap_attach_opts *opts, bool by_link)
{
	int said = (opts->before != NULL) + (opts->after != NULL) + (opts->position != 0);
	bool multi = opts->mode == CGSWAP_MODE_DEFAULT || opts->mode == CGSWAP_MODE_MULTI;

	*out = (struct chain_position){ .named = opts->before ? opts->before : opts->after };
	if ((unsigned)opts->position > CGSWAP_POSITION_LAST)
		return error_bad_argument(
			"opts.position is %d{found}; expected CGSWAP_POSITION_...",
			(int)opts->position);
	if (said > 1)
		return error_several_positions(opts);
	if (said && !multi)
		return error_set(
			CGSWAP_CAUSE_POSITION_CONFLICT, 0,
			"a chain in none or override mode has a single program, so a position "
			"cannot be given");
	if (opts->before)
		return position_beside_anchor(out, chain, KERNEL_BEFORE, by_link);
	if (opts->after)
		return position_beside_anchor(out, chain, KERNEL_AFTER, by_link);
	if (opts->position == CGSWAP_POSITION_FIRST)
		return position_first(out, chain);
	return CGSWAP_OK;
}
