/* SPDX-License-Identifier: BSD-2-Clause */
/* cgswap_session_walk(): a cgroup and its descendants, parents first, siblings by name, c2 before
 * c10. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup/cgroup.h"
#include "base/error.h"
#include "kernel/cgroup_path.h"
#include "kernel/errno_error.h"

/* A stack of paths: the last one is visited next. */
struct paths {
	char **paths;
	size_t count, capacity;
	const char *parent; /* the cgroup whose children are listed */
};

/* The cgroups whose children are not known. */
struct unread {
	size_t count;
	const char *first; /* its path is that of the list of found ones */
	int err;           /* the reason of the first */
};

static int walk_push(struct paths *todo, char *path)
{
	if (!path)
		return -ENOMEM;
	if (todo->count == todo->capacity) {
		size_t capacity = todo->capacity ? todo->capacity * 2 : 64;
		char **paths = realloc(todo->paths, capacity * sizeof(*paths));

		if (!paths) {
			free(path);
			return -ENOMEM;
		}
		todo->paths = paths;
		todo->capacity = capacity;
	}
	todo->paths[todo->count++] = path;
	return 0;
}

static void walk_free(struct paths *todo)
{
	while (todo->count)
		free(todo->paths[--todo->count]);
	free(todo->paths);
}

static int walk_push_child(const char *name, void *user)
{
	struct paths *todo = user;
	size_t size = strlen(todo->parent) + strlen(name) + 2;
	char *path = malloc(size);

	if (path)
		stpcpy(stpcpy(stpcpy(path, todo->parent), "/"), name);
	return walk_push(todo, path);
}

static int walk_compare(const void *a, const void *b)
{
	return strverscmp(*(char *const *)b, *(char *const *)a);
}

static enum cgswap_status error_walk(struct kernel *kernel, int err, const char *path)
{
	return error_from_errno(kernel, 0, -err, "the children of '%s'{cgroup} cannot be listed",
				path);
}

static enum cgswap_status error_walk_unread(const struct unread *unread)
{
	struct error_text text;

	error_text_clear(&text);
	error_text_add(&text, "the cgroups below '%.300s'{cgroup}", unread->first);
	if (unread->count > 1)
		error_text_add(&text, " and in %zu{count} more places", unread->count - 1);
	error_text_add(&text, " cannot be listed: ");
	if (unread->err != -EACCES) {
		error_text_add(&text, "%s", cgswap_errno_get_name(-unread->err));
		return error_set_text(unread->err == -EPERM ? CGSWAP_CAUSE_DENIED_BY_POLICY
							    : CGSWAP_CAUSE_UNEXPLAINED,
				      -unread->err, &text);
	}
	error_text_add(&text, "this process lacks read and search permission, and %s{capability}",
		       "CAP_DAC_READ_SEARCH");
	error_set_text(CGSWAP_CAUSE_DENIED_BY_POLICY, EACCES, &text);
	error_remedy("give this process read and search permission for that directory (chown, "
		     "chmod), or run the command with CAP_DAC_READ_SEARCH");
	return CGSWAP_E_PERMISSION;
}

/* Passes the cgroup to the visitor, if any, and adds its children to todo. */
static int walk_enter(struct paths *todo, struct kernel *kernel, const char *path,
		      const struct cgroup_visitor *visitor)
{
	int err = 0, fd = kernel->ops->cgroup_open(kernel, path);

	if (fd < 0)
		return fd;
	if (visitor)
		err = visitor->visit(fd, path, visitor->user);
	todo->parent = strcmp(path, "/") ? path : "";
	if (!err)
		err = kernel->ops->cgroup_children(kernel, fd, walk_push_child, todo);
	kernel->ops->close(kernel, fd);
	return err;
}

/* A cgroup that was removed meanwhile is not missed. */
static void walk_miss(struct unread *unread, const struct cgroup_visitor *visitor, const char *path,
		      int err)
{
	if (err == -ENOENT || err == -ENODEV)
		return;
	if (visitor)
		visitor->miss(path, -err, visitor->user);
	if (!unread->count++) {
		unread->first = path;
		unread->err = err;
	}
}

/* Moves the paths from todo to found in the order of the walk, and adds their children to todo. */
static enum cgswap_status walk_collect(struct cgswap_session *session, struct paths *todo,
				       struct paths *found, struct unread *unread,
				       const struct cgroup_visitor *visitor)
{
	struct kernel *kernel = session->kernel;

	while (todo->count) {
		char *path = todo->paths[--todo->count];
		size_t before = todo->count;
		int err;

		if (walk_push(found, path))
			return error_no_memory();
		err = walk_enter(todo, kernel, path, visitor);
		if (err > 0)
			return CGSWAP_OK;
		if (error_is_exhaustion(err))
			return error_walk(kernel, err, path);
		if (err < 0)
			walk_miss(unread, visitor, path, err);
		if (todo->count > before)
			qsort(todo->paths + before, todo->count - before, sizeof(*todo->paths),
			      walk_compare);
	}
	return CGSWAP_OK;
}

/* Calls fn, unless the cgroup was removed meanwhile. fn may have used up all descriptors before. */
static enum cgswap_status walk_visit(struct kernel *kernel, const char *path, struct unread *unread,
				     cgswap_cgroup_fn fn, void *user)
{
	int fd = kernel->ops->cgroup_open(kernel, path);

	if (error_is_exhaustion(fd))
		return error_walk(kernel, fd, path);
	if (fd < 0) {
		walk_miss(unread, NULL, path, fd);
		return CGSWAP_OK;
	}
	kernel->ops->close(kernel, fd);
	if (fn(path, user))
		return error_set(CGSWAP_CAUSE_CANCELLED, 0,
				 "the callback ended the walk at '%s'{cgroup}", path);
	return CGSWAP_OK;
}

/* A caller must not take the cgroups that could be listed for all that there are. */
static enum cgswap_status walk_visit_all(struct kernel *kernel, const struct paths *found,
					 struct unread *unread, cgswap_cgroup_fn fn, void *user)
{
	for (size_t i = 0; i < found->count; i++) {
		enum cgswap_status status = walk_visit(kernel, found->paths[i], unread, fn, user);

		if (status)
			return status;
	}
	return unread->count ? error_walk_unread(unread) : CGSWAP_OK;
}

/* A cgroup given by a descriptor may have been removed. */
static enum cgswap_status check_walk_top(struct kernel *kernel, const char *path)
{
	int fd = kernel->ops->cgroup_open(kernel, path);

	if (fd == -ENOENT)
		return error_set(CGSWAP_CAUSE_CGROUP_GONE, ENOENT,
				 "cgroup '%s'{cgroup} was removed", path);
	if (fd < 0)
		return error_cgroup_path(kernel, "", path, -fd);
	kernel->ops->close(kernel, fd);
	return CGSWAP_OK;
}

static enum cgswap_status walk_collect_below(struct cgswap_session *session, const char *cgroup,
					     struct paths *found, struct unread *unread,
					     const struct cgroup_visitor *visitor)
{
	enum cgswap_status status;
	struct paths todo = { 0 };
	struct cgroup *top;

	if (!cgroup && !*session->cgroup_root) {
		error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0, "no cgroup2 is mounted");
		return cgroup_path_remedy_mount();
	}
	status = cgroup_open(&top, session, cgroup ? cgroup : session->cgroup_root);
	if (status)
		return status;
	if (walk_push(&todo, strdup(top->path)))
		status = error_no_memory();
	else
		status = check_walk_top(session->kernel, top->path);
	if (!status)
		status = walk_collect(session, &todo, found, unread, visitor);
	cgroup_unref(top);
	walk_free(&todo);
	return status;
}

enum cgswap_status cgroup_walk_below(struct cgswap_session *session, const char *cgroup,
				     cgswap_cgroup_fn fn, void *user)
{
	struct paths found = { 0 };
	struct unread unread = { 0 };
	enum cgswap_status status = walk_collect_below(session, cgroup, &found, &unread, NULL);

	if (!status)
		status = walk_visit_all(session->kernel, &found, &unread, fn, user);
	walk_free(&found);
	return status;
}

enum cgswap_status cgroup_walk(struct cgswap_session *session, cgswap_cgroup_fn fn, void *user)
{
	return cgroup_walk_below(session, NULL, fn, user);
}

enum cgswap_status cgroup_visit(struct cgswap_session *session,
				const struct cgroup_visitor *visitor)
{
	struct paths found = { 0 };
	struct unread unread = { 0 };
	enum cgswap_status status = walk_collect_below(session, NULL, &found, &unread, visitor);

	walk_free(&found);
	return status;
}

enum cgswap_status cgswap_session_walk(cgswap_session *session, const char *cgroup,
				       cgswap_cgroup_fn fn, void *user)
{
	struct paths found = { 0 };
	struct unread unread = { 0 };
	enum cgswap_status status;

	status = session_enter(session, "walk");
	if (status)
		return status;
	if (fn)
		status = walk_collect_below(session, cgroup, &found, &unread, NULL);
	else
		status = error_bad_argument("'%s'{option} is NULL", "fn");
	cgswap_session_ref(session);
	atomic_fetch_add(&session->walks, 1);
	session_leave(session, status);

	/* the callback may use the session, since its handle is left, but not close it */
	if (!status)
		status = walk_visit_all(session->kernel, &found, &unread, fn, user);
	if (!status)
		error_clear();
	atomic_fetch_sub(&session->walks, 1);
	cgswap_session_unref(session);
	walk_free(&found);
	return status;
}
