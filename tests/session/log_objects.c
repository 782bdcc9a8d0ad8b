/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log has one line at INFO for each program of an object that is attached, replaced, put back or
 * detached again, plain and by link. It has none for those that a failed transaction left alone.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/live.h"
#include "../lib/product.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct product product;

static struct {
	unsigned attached, detached, replaced;
	char last[1024];
} heard;

static void listen(int level, const char *line, void *user)
{
	(void)user;
	if (level != CGSWAP_LOG_INFO)
		return;
	heard.attached += strstr(line, " was attached to ") != NULL;
	heard.detached += strstr(line, " was detached from ") != NULL;
	heard.replaced += strstr(line, " was replaced by ") != NULL;
	if (strstr(line, " was "))
		snprintf(heard.last, sizeof(heard.last), "%s", line);
}

/* The calls since the last check made these changes. */
static void logged(unsigned attached, unsigned replaced, unsigned detached, const char *name)
{
	is_int(heard.attached, attached, "%s: lines of an attach", name);
	is_int(heard.replaced, replaced, "%s: lines of a replace", name);
	is_int(heard.detached, detached, "%s: lines of a detach", name);
	if (attached + replaced + detached)
		has_str(heard.last, product.cgroup.path, "%s: the line has the cgroup", name);
	memset(&heard, 0, sizeof(heard));
}

static void attaches(uint32_t link, const char *name)
{
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .link = link,
						 .pin_dir = link ? bpffs_private() : NULL };
	cgswap_object *object = product_object(&product, "product_v1");
	cgswap_replace *replace;

	expect_ok(cgswap_object_attach(&replace, object, product.cgroup.path, &opts), "%s", name);
	logged(PRODUCT_PROGRAMS, 0, 0, name);
	expect_ok(cgswap_replace_rollback(replace), "its rollback");
	logged(0, 0, PRODUCT_PROGRAMS, "its rollback");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	logged(PRODUCT_PROGRAMS, 0, 0, "its commit");
	expect_ok(cgswap_replace_rollback(replace), "the last rollback");
	logged(0, 0, PRODUCT_PROGRAMS, "the last rollback");
	cgswap_replace_unref(replace);
	cgswap_object_unref(object);
}

static int stop_at_last(size_t done, size_t total, void *user)
{
	(void)user;
	return done + 1 == total;
}

static void replaces(void)
{
	const struct cgswap_commit_opts stops = { .sz = sizeof(stops), .progress = stop_at_last };
	cgswap_object *first = product_object(&product, "product_v1");
	cgswap_object *second = product_object(&product, "product_v2");
	cgswap_replace *made = product_attach(&product, first), *replace;

	logged(PRODUCT_PROGRAMS, 0, 0, "the first version");
	expect_ok(cgswap_replace_new(&replace, product.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add_object(replace, product.cgroup.path, second, NULL), "its steps");
	expect_ok(cgswap_replace_check(replace), "its check");
	logged(0, 0, 0, "a check");
	EXPECT_CAUSE(cgswap_replace_commit(replace, &stops), CANCELLED, "a commit that is stopped");
	logged(0, 2 * (PRODUCT_PROGRAMS - 1), 0, "done and undone");
	expect_ok(cgswap_replace_commit(replace, NULL), "its commit");
	logged(0, PRODUCT_PROGRAMS, 0, "its commit");
	expect_ok(cgswap_replace_rollback(replace), "its rollback");
	logged(0, PRODUCT_PROGRAMS, 0, "its rollback");
	cgswap_replace_unref(replace);
	cgswap_replace_unref(made);
	cgswap_object_unref(first);
	cgswap_object_unref(second);
}

int main(void)
{
	need_live();
	product = product_new("log");
	expect_ok(cgswap_session_set_log(product.session, listen, NULL, NULL), "a log");
	attaches(0, "an object");
	attaches(1, "an object by links");
	replaces();
	product_free(&product);
	return done_testing();
}
