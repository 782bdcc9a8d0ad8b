/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_position.h"

#include <stdio.h>

#include "chain/chain_find.h"
#include "base/error.h"

/* The entry beside which it is to stand. */
struct anchor_id {
	size_t position;
	uint32_t id, link_id; /* link 0: a plain entry, as far as can be told */
	bool twin;            /* the program stands elsewhere too */
};

static struct anchor_id anchor_at(const struct cgswap_chain *chain, size_t position)
{
	const struct cgswap_entry *entry = &chain->entries[position];

	return (struct anchor_id){
		.position = position,
		.id = entry->id,
		.link_id = entry->link_id,
		.twin = snapshot_occurrences(&chain->now, entry->id) > 1,
	};
}

static enum cgswap_status find_anchor(struct anchor_id *out, struct cgswap_chain *chain,
				      const char *named, bool by_link)
{
	size_t matches[KERNEL_CHAIN_MAX], count;
	struct selector_target target;
	struct selector selector;
	enum cgswap_status status;

	status = selector_parse(&selector, named);
	if (!status)
		status = chain_read(chain);
	if (!status)
		status = chain_find_target(&target, chain->session, &selector);
	if (!status)
		status = chain_match(chain, &selector, &target, matches, &count);
	if (status == CGSWAP_E_NOT_ATTACHED)
		return error_set(CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED, 0,
				 "%.200s, beside which it is to stand, is not in %s of %s", named,
				 chain->type->short_name, chain->cgroup->path);
	if (status)
		return status;
	/* a link is one place, though nobody can say which of those where its program stands */
	if (count > 1 && !(target.link.id && by_link))
		return chain_error_several(chain, named, matches, count);
	/* which of them links hold shows only to those who may list links */
	status = chain_describe(chain, CGSWAP_DESCRIBE_LINKS);
	if (status == CGSWAP_E_NO_MEMORY ||
	    cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_TOO_MANY_FILES)
		return status;
	error_clear();
	*out = anchor_at(chain, matches[0]);
	if (target.link.id)
		out->link_id = target.link.id;
	return CGSWAP_OK;
}

/* A link can stand beside a link only, a plain program beside a plain one. */
static bool can_be_anchor(const struct anchor_id *anchor_id, bool by_link)
{
	return by_link ? anchor_id->link_id != 0 : !anchor_id->link_id && !anchor_id->twin;
}

static void position_beside(struct chain_position *out, const struct anchor_id *anchor_id,
			    uint32_t side, bool by_link)
{
	out->flags = side | KERNEL_ID | (by_link ? KERNEL_LINK : 0);
	out->relative = by_link ? anchor_id->link_id : anchor_id->id;
	out->anchor = (struct rules_anchor){
		.given = true,
		.kind = by_link ? RULES_LINK : RULES_PROGRAM,
		.id = out->relative,
	};
}

/* Whether the kernel can put an entry between others. */
static enum cgswap_status check_ordering(bool *out, struct cgswap_chain *chain)
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
	return error_set(
		CGSWAP_CAUSE_ORDERING_UNSUPPORTED, 0,
		"%s of %s holds %zu program%s, and this kernel can put another only behind %s",
		chain->type->short_name, chain->cgroup->path, chain->now.count,
		chain->now.count == 1 ? "" : "s", chain->now.count == 1 ? "it" : "them");
}

/* To stand on one side of an entry is to stand on the other side of the next one. */
static enum cgswap_status position_by_other_side(struct chain_position *out,
						 struct cgswap_chain *chain,
						 const struct anchor_id *named, uint32_t side,
						 bool by_link)
{
	bool before = side == KERNEL_BEFORE;
	struct anchor_id other;

	out->needs_snapshot = true;
	if (before && named->position == 0) {
		out->flags = KERNEL_BEFORE;
		return CGSWAP_OK;
	}
	if (!before && named->position + 1 == chain->now.count)
		return CGSWAP_OK;
	other = anchor_at(chain, before ? named->position - 1 : named->position + 1);
	if (!can_be_anchor(&other, by_link))
		return error_set(
			CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH, 0,
			"a %s cannot be put there in %s of %s: %s, and what is on the other "
			"side, are %s",
			by_link ? "link" : "plain program", chain->type->short_name,
			chain->cgroup->path, out->named,
			by_link ? "held by no link" : "held by links");
	position_beside(out, &other, before ? KERNEL_AFTER : KERNEL_BEFORE, by_link);
	snprintf(out->via, sizeof(out->via), "pos:%zu, next to %.64s,", other.position, out->named);
	return CGSWAP_OK;
}

static enum cgswap_status position_beside_anchor(struct chain_position *out,
						 struct cgswap_chain *chain, uint32_t side,
						 bool by_link)
{
	struct anchor_id anchor_id;
	enum cgswap_status status;
	bool ordering;

	status = find_anchor(&anchor_id, chain, out->named, by_link);
	if (!status)
		status = check_ordering(&ordering, chain);
	if (status)
		return status;
	out->index = side == KERNEL_BEFORE ? anchor_id.position : anchor_id.position + 1;
	if (!ordering) {
		out->needs_snapshot = true;
		return out->index == chain->now.count && !anchor_id.twin
			       ? CGSWAP_OK
			       : error_ordering_unsupported(chain);
	}
	if (!can_be_anchor(&anchor_id, by_link))
		return position_by_other_side(out, chain, &anchor_id, side, by_link);
	position_beside(out, &anchor_id, side, by_link);
	return CGSWAP_OK;
}

static enum cgswap_status position_first(struct chain_position *out, struct cgswap_chain *chain)
{
	enum cgswap_status status;
	bool ordering;

	status = check_ordering(&ordering, chain);
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

enum cgswap_status chain_position(struct chain_position *out, struct cgswap_chain *chain,
				  const struct cgswap_attach_opts *opts, bool by_link)
{
	int said = (opts->before != NULL) + (opts->after != NULL) + (opts->position != 0);
	bool multi = opts->mode == CGSWAP_MODE_DEFAULT || opts->mode == CGSWAP_MODE_MULTI;

	*out = (struct chain_position){ .named = opts->before ? opts->before : opts->after };
	if ((unsigned)opts->position > CGSWAP_POSITION_LAST)
		return error_bad_argument("opts.position is %d; wanted CGSWAP_POSITION_...",
					  (int)opts->position);
	if (said > 1)
		return error_set(CGSWAP_CAUSE_POSITION_CONFLICT, 0,
				 "of before, after and a place only one can be had");
	if (said && !multi)
		return error_set(CGSWAP_CAUSE_POSITION_CONFLICT, 0,
				 "in none and override mode there is one program, and no position");
	if (opts->before)
		return position_beside_anchor(out, chain, KERNEL_BEFORE, by_link);
	if (opts->after)
		return position_beside_anchor(out, chain, KERNEL_AFTER, by_link);
	if (opts->position == CGSWAP_POSITION_FIRST)
		return position_first(out, chain);
	return CGSWAP_OK;
}
