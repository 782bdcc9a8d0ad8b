/* SPDX-License-Identifier: BSD-2-Clause */
#include "replace/recursive_request.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/string_list.h"
#include "load/source.h"

void recursive_request_free(struct recursive_request *request)
{
	chain_holders_end(&request->holders);
	program_unref(request->new);
	string_list_free(request->map_choices);
	string_list_free(request->constant_choices);
	free(request->old_object);
	free(request->cgroup);
	free(request->source);
	free(request->match);
	free(request);
}

void recursive_requests_free(struct recursive_request *requests)
{
	while (requests) {
		struct recursive_request *next = requests->next;

		recursive_request_free(requests);
		requests = next;
	}
}

static enum cgswap_status recursive_request_copy(char **out, const char *text)
{
	if (!text)
		return CGSWAP_OK;
	*out = strdup(text);
	return *out ? CGSWAP_OK : error_no_memory();
}

/* A program that is loaded already is opened once; an object is loaded for each old program. */
static enum cgswap_status recursive_request_open_source(struct recursive_request *request,
							struct cgswap_session *session)
{
	bool for_object = request->maps || request->constants || request->map_choices ||
			  request->constant_choices || request->old_object;
	enum cgswap_status status;
	struct source source;

	status = source_parse(&source, request->source);
	if (status)
		return status;
	if (source.form != SOURCE_OBJECT && for_object)
		status = error_bad_argument(
			"'%.200s'{source} is a loaded program with its own maps "
			"and constants: options for them apply to objects only",
			request->source);
	else if (source.form != SOURCE_OBJECT)
		status = source_open(&request->new, session->kernel, &source);
	source_free(&source);
	if (!status && request->new)
		status = chain_holders_exclude(&request->holders, request->new->info.id);
	return status;
}

static enum cgswap_status recursive_request_take_cgroup(struct recursive_request *request,
							struct cgswap_session *session,
							const char *given)
{
	struct cgroup *cgroup;
	enum cgswap_status status = cgroup_open(&cgroup, session, given);

	if (status)
		return status;
	status = recursive_request_copy(&request->cgroup, cgroup->path);
	cgroup_unref(cgroup);
	return status;
}

enum cgswap_status recursive_request_fill(struct recursive_request *request,
					  struct cgswap_session *session, const char *cgroup,
					  const char *attach_type, const char *old,
					  const char *source, const struct cgswap_step_opts *opts)
{
	enum cgswap_status status = attach_type_find(&request->type, attach_type);

	request->preorder = opts->preorder;
	request->maps = opts->maps;
	request->constants = opts->constants;
	request->any_tag = opts->any_tag;
	request->allow_unguarded = opts->allow_unguarded;
	if (!status)
		status = recursive_request_take_cgroup(request, session, cgroup);
	if (!status)
		status = recursive_request_copy(&request->match, opts->match);
	if (!status)
		status = recursive_request_copy(&request->old_object, opts->old_object);
	if (!status)
		status = recursive_request_copy(&request->source, source ? source : "");
	if (!status)
		status = string_list_copy(&request->map_choices, opts->map_choices);
	if (!status)
		status = string_list_copy(&request->constant_choices, opts->constant_choices);
	if (!status)
		status = chain_holders_begin(&request->holders, session, old);
	if (!status)
		status = recursive_request_open_source(request, session);
	return status;
}
