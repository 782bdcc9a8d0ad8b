/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attach CGROUP OBJECT and replace CGROUP OBJECT: told apart from the forms with an attach type by the
 * number of arguments and by the file; their tables and JSON, --only, --skip, --pin, --link and --dry-run,
 * and the exit statuses.
 */
#include "../lib/bpffs.h"
#include "../lib/command.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/product.h"
#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct product product;
static const char *v1, *v2, *odd;

/* Runs a command on the cgroup and an object. @return its output. */
static struct command run(int status, const char *name, const char *object, const char *option,
			  const char *value)
{
	struct command command =
		cgswap_run(name, product.cgroup.path, object, option, value, NULL);

	if (!is_int(command.status, status, "%s %s: exits with %d", name, option ? option : "", status))
		diag("%s%s", command.out, command.err);
	return command;
}

static void says(struct command command, const char *part)
{
	has_str(*command.err ? command.err : command.out, part, "it says '%s'", part);
	command_free(&command);
}

static json_t *json_of(struct command *command, const char *name)
{
	json_t *json = command_json(command), *list = json_incref(json_object_get(json, name));

	json_decref(json);
	command_free(command);
	return list;
}

static void attaches(void)
{
	struct command command = run(0, "attach", v1, "--dry-run", NULL);
	json_t *steps, *first;

	has_str(command.out, "dry run", "a dry run says so");
	says(command, "to be attached");
	product_stands(&product, -1, "it attaches nothing");
	command = run(0, "attach", v1, "--json", NULL);
	steps = json_of(&command, "attached");
	is_int(json_array_size(steps), PRODUCT_PROGRAMS, "each program is listed");
	first = json_array_get(steps, 0);
	ok(json_is_null(json_object_get(first, "old_id")), "without an old program");
	is_int(json_integer_value(json_object_get(first, "new_id")), product_id(&product, 0),
	       "with its id");
	is_str(json_string_value(json_object_get(first, "attach_type")), "cgroup_inet4_connect",
	       "and its attach type");
	json_decref(steps);
	product_stands(&product, 1, "all are attached");
	says(run(1, "attach", v1, NULL, NULL), "already attached");
}

static void replaces(void)
{
	struct command command = run(0, "replace", v2, "--dry-run", NULL);
	uint32_t counts = product_map(&product, "counts"), before = product_id(&product, 1);
	json_t *steps;

	says(command, "to be replaced");
	is_int(product_id(&product, 1), before, "a dry run replaces nothing");
	command = run(0, "replace", v2, "--drain", NULL);
	has_str(command.out, "on_send", "the names are listed");
	has_str(command.out, "same map as another old program's", "and the maps");
	says(command, "no CPU runs the old programs any more");
	product_stands(&product, 1, "all are replaced");
	is_int(product_map(&product, "counts"), counts, "with their maps");
	before = product_id(&product, 1);
	command = run(0, "replace", v1, "--skip=on_send", "--json");
	steps = json_of(&command, "replaced");
	is_int(json_array_size(steps), PRODUCT_PROGRAMS - 1, "--skip leaves one out");
	json_decref(steps);
	is_int(product_id(&product, 1), before, "which stays");
	command = run(0, "replace", v1, "--only", "on_send");
	command_free(&command);
	ok(product_id(&product, 1) != before, "--only takes it alone");
	says(run(1, "replace", odd, "--skip", "on_any"), "on_bind");
	says(run(1, "replace", odd, NULL, NULL), "does not name an attach type");
	says(run(1, "replace", v1, "--only", "nothing"), "has no program named 'nothing'");
}

static void detach_all(void)
{
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		int fd = raw_prog_open(product_id(&product, i));

		raw_detach(product.cgroup.fd, fd, product_types[i]);
		close(fd);
	}
}

static void pins(void)
{
	const char *fs = bpffs_private();
	char path[200];

	snprintf(path, sizeof(path), "%s/on_socket", fs);
	says(run(2, "attach", v1, "--link", NULL), "--link needs --pin");
	says(run(0, "attach", v1, "--link", "--pin=" BPFFS), "each link is pinned at " BPFFS);
	is_int(access(path, F_OK), 0, "a pin has the name of its program");
	product_stands(&product, 1, "all are attached by links");
	says(run(0, "replace", v2, NULL, NULL), "LINK");
}

/* Programs that are attached one by one have maps of their own, and the second says so. */
static void one_by_one(void)
{
	char first[1100], second[1100];
	struct command command;

	snprintf(first, sizeof(first), "%s#on_connect", v1);
	snprintf(second, sizeof(second), "%s#on_send", v1);
	command = cgswap_run("attach", product.cgroup.path, "connect4", first, NULL);
	is_int(command.status, 0, "the first is attached");
	ok(!strstr(command.out, "share no maps"), "there is nothing to say");
	command_free(&command);
	command = cgswap_run("attach", product.cgroup.path, "sendmsg4", second, NULL);
	is_int(command.status, 0, "the second is attached");
	has_str(command.out, "its map 'counts'", "it names the map");
	says(command, "(on_connect), which is of the same object");
	says(run(1, "replace", v1, "--only=on_connect", "--only=on_send"), "do not share 'counts'");
	for (int i = 0; i < 2; i++) {
		int fd = raw_prog_open(product_id(&product, i));

		raw_detach(product.cgroup.fd, fd, product_types[i]);
		close(fd);
	}
}

/* Two arguments are this form only if the second is a file. */
static void forms(void)
{
	char *there = product.cgroup.path;
	struct command command = cgswap_run("attach", there, "egress", NULL);

	is_int(command.status, 2, "two arguments and an attach type");
	says(command, "2 of 3 arguments given; expected CGROUP TYPE SOURCE");
	command = cgswap_run("replace", there, v1, "--expected-revision", "1", NULL);
	is_int(command.status, 2, "an option of the other form");
	says(command, "--expected-revision applies to `replace CGROUP TYPE OLD NEW` only");
	command = cgswap_run("attach", there, "egress", v1, "--skip", "on_send", NULL);
	is_int(command.status, 2, "an option of this form");
	says(command, "--skip applies to `attach CGROUP OBJECT` only");
	command = cgswap_run("attach", there, "none.bpf.o", NULL);
	is_int(command.status, 1, "a file that is not there");
	says(command, "was not found");
	command = cgswap_run("help", "replace", NULL);
	is_int(command.status, 0, "the help");
	says(command, "cgswap replace CGROUP OBJECT");
}

int main(void)
{
	need_live();
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		scratch_bystander(product_types[i]);
	product = product_new("product");
	v1 = map_fixture_object("object/product_v1");
	v2 = map_fixture_object("object/product_v2");
	odd = map_fixture_object("object/product_odd");
	forms();
	one_by_one();
	attaches();
	replaces();
	detach_all();
	pins();
	product_free(&product);
	return done_testing();
}
