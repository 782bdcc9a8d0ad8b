/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/pin_leftover.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A temporary pin, and the pin that it lies beside. */
struct leftover {
	struct pin_object new, old; /* programs that its name says */
	struct pin_object in_temp, at_path;
	bool readable;
	const char *temp, *path;
};

enum leftover_action {
	LEFTOVER_LEAVE,
	LEFTOVER_REMOVE,
	LEFTOVER_COMPLETE, /* it gets the path */
	LEFTOVER_PUT_BACK, /* it is another process's, and gets the path again */
	LEFTOVER_UNDO      /* the pin at the path, which was free, goes with it */
};

struct leftover_search {
	struct cgswap_session *session;
	const char *path;
	struct pin_object running;
	struct pin_object *forecast; /* NULL: clear up */
};

/* The new object is still in the temporary pin: the swap of the pin was not done. */
static enum leftover_action leftover_decide_unswapped(const struct leftover *left,
						      struct pin_object running)
{
	bool by_link = left->new.kind == 'l';

	if (pin_object_same(left->at_path, left->old) && left->old.id) {
		/* the link was attached, and lives by this pin alone */
		if (by_link || pin_object_same(running, left->new))
			return pin_object_same(left->new, left->old) ? LEFTOVER_REMOVE
								     : LEFTOVER_COMPLETE;
		return pin_object_same(running, left->old) ? LEFTOVER_REMOVE : LEFTOVER_LEAVE;
	}
	if (pin_object_same(left->at_path, left->new)) {
		if (pin_object_same(running, left->new))
			return LEFTOVER_REMOVE;
		return running.id && pin_object_same(running, left->old) ? LEFTOVER_UNDO
									 : LEFTOVER_LEAVE;
	}
	return by_link ? LEFTOVER_LEAVE : LEFTOVER_REMOVE;
}

static enum leftover_action leftover_decide(const struct leftover *left, struct pin_object running)
{
	if (!left->readable || !left->in_temp.id)
		return LEFTOVER_LEAVE;
	if (pin_object_same(left->in_temp, left->new))
		return leftover_decide_unswapped(left, running);
	if (pin_object_same(left->in_temp, left->old))
		return LEFTOVER_REMOVE;
	if (!left->at_path.id || pin_object_same(left->at_path, left->new))
		return LEFTOVER_PUT_BACK;
	return LEFTOVER_LEAVE;
}

/* Returns false if something is left. */
static bool leftover_apply(const struct leftover *left, struct cgswap_session *session,
			   enum leftover_action action)
{
	struct kernel *kernel = session->kernel;
	const char *done = "removed";
	bool gone = false;
	int err = 0;

	if (action == LEFTOVER_UNDO)
		gone = pin_temp_remove(kernel, left->path, left->new, left->temp);
	if (action == LEFTOVER_COMPLETE || action == LEFTOVER_PUT_BACK) {
		done = action == LEFTOVER_COMPLETE ? "completed" : "put back";
		err = kernel->ops->pin_move(kernel, left->temp, left->path,
					    left->at_path.id ? KERNEL_PIN_EXCHANGE
							     : KERNEL_PIN_NOREPLACE);
	}
	if (!err && !gone && (left->at_path.id || action == LEFTOVER_REMOVE))
		err = kernel->ops->unpin(kernel, left->temp);
	if (err)
		session_log(session, CGSWAP_LOG_WARNING,
			    "a process was killed while it swapped the pin '%s': '%s' is left: %s",
			    left->path, left->temp, cgswap_errno_get_name(-err));
	else
		session_log(session, CGSWAP_LOG_WARNING,
			    "a process was killed while it swapped the pin '%s': '%s' was %s",
			    left->path, left->temp, done);
	return !err;
}

static void leftover_forecast(const struct leftover *left, struct pin_object *forecast,
			      enum leftover_action action)
{
	if (action == LEFTOVER_UNDO)
		*forecast = (struct pin_object){ 0 };
	else if (action == LEFTOVER_COMPLETE || action == LEFTOVER_PUT_BACK)
		*forecast = left->in_temp;
}

static int leftover_visit(const char *file, void *user)
{
	const struct leftover_search *search = user;
	struct kernel *kernel = search->session->kernel;
	int directory = (int)(text_file_name(search->path) - search->path);
	char temp[4096 + PIN_NAME_MAX], path[4096 + PIN_NAME_MAX];
	struct leftover left = { .temp = temp, .path = path };
	enum leftover_action action;
	const char *name;
	bool cut, own;

	if (directory >= 4096 || strlen(file) > PIN_NAME_MAX ||
	    !pin_temp_parse(file, &left.new, &left.old, &name))
		return 0;
	cut = strlen(file) == PIN_NAME_MAX;
	own = cut ? strncmp(search->path + directory, name, strlen(name)) == 0
		  : strcmp(search->path + directory, name) == 0;
	if (!own && (cut || search->forecast))
		return 0;
	snprintf(temp, sizeof(temp), "%.*s%s", directory, search->path, file);
	snprintf(path, sizeof(path), "%.*s%s", directory, search->path,
		 own ? search->path + directory : name);
	left.readable = !pin_object_read(&left.in_temp, kernel, temp) &&
			!pin_object_read(&left.at_path, kernel, path);
	action = leftover_decide(&left, own ? search->running : (struct pin_object){ 0 });
	if (search->forecast)
		leftover_forecast(&left, search->forecast, action);
	else if (action != LEFTOVER_LEAVE)
		leftover_apply(&left, search->session, action);
	return 0;
}

void pin_leftover_clear(struct cgswap_session *session, const char *path, struct pin_object running)
{
	struct leftover_search search = { .session = session, .path = path, .running = running };

	session->kernel->ops->pin_names(session->kernel, path, leftover_visit, &search);
}

void pin_leftover_forecast(struct pin_object *at_path, struct cgswap_session *session,
			   const char *path, struct pin_object running)
{
	struct leftover_search search = {
		.session = session,
		.path = path,
		.running = running,
		.forecast = at_path,
	};

	session->kernel->ops->pin_names(session->kernel, path, leftover_visit, &search);
}

bool pin_leftover_clear_one(struct cgswap_session *session, const char *temp,
			    struct pin_object running, bool clear)
{
	const char *file = text_file_name(temp), *name;
	size_t directory = (size_t)(file - temp);
	char path[4096 + PIN_NAME_MAX];
	struct leftover left = { .temp = temp, .path = path };
	enum leftover_action action;

	/* a name of full length was cut: the path is unknown */
	if (directory >= 4096 || strlen(file) >= PIN_NAME_MAX ||
	    !pin_temp_parse(file, &left.new, &left.old, &name))
		return false;
	snprintf(path, sizeof(path), "%.*s%s", (int)directory, temp, name);
	left.readable = !pin_object_read(&left.in_temp, session->kernel, temp) &&
			!pin_object_read(&left.at_path, session->kernel, path);
	action = leftover_decide(&left, running);
	if (action == LEFTOVER_LEAVE)
		return false;
	return !clear || leftover_apply(&left, session, action);
}
