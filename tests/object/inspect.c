/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in an object file is told without loading it, so to anybody who can read it: programs
 * with their hooks, maps, metadata, license. A handle like the others.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static char directory[] = "/tmp/cgswap-test-inspect-XXXXXX", secret[64];

/* A copy where everybody may look: the build tree may be the user's alone. */
static char *public_copy(const char *name)
{
	static char bytes[65536], path[256];
	char below[128], *built;
	size_t size;
	FILE *file;

	snprintf(below, sizeof(below), "tests/bpf/object/%s.bpf.o", name);
	built = build_path(below);
	file = fopen(built, "rb");
	size = file ? fread(bytes, 1, sizeof(bytes), file) : 0;
	if (!size || fclose(file))
		bail_out("cannot read %s", built);
	free(built);
	snprintf(path, sizeof(path), "%s/%s.o", directory, name);
	file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) || chmod(path, 0644))
		bail_out("cannot write %s", path);
	return path;
}

static cgswap_object *inspect(cgswap_session *session, const char *name)
{
	char path[256];
	cgswap_object *object;

	snprintf(path, sizeof(path), "%s/%s.o", directory, name);
	expect_ok(cgswap_object_open(&object, session, path), "%s is read", name);
	return object;
}

static size_t find_map(const cgswap_object *object, const char *name)
{
	size_t count = cgswap_object_get_map_count(object);

	for (size_t i = 0; i < count; i++)
		if (strcmp(cgswap_object_get_map_name(object, i), name) == 0)
			return i;
	return count;
}

static void programs(cgswap_session *session)
{
	static const char *const names[] = { "first", "second", "connecting" };
	cgswap_object *object = inspect(session, "several_programs");

	is_int(cgswap_object_get_program_count(object), 3, "three programs");
	for (size_t i = 0; i < 3; i++)
		is_str(cgswap_object_get_program_name(object, i), names[i], "in their order");
	is_str(cgswap_object_get_program_section(object, 2), "cgroup/connect4", "section");
	is_str(cgswap_object_get_program_type(object, 2), "cgroup_sock_addr", "type");
	is_str(cgswap_object_get_program_attach_type(object, 2), "cgroup_inet4_connect", "hook");
	is_str(cgswap_object_get_program_attach_type(object, 0), "cgroup_inet_egress",
	       "another hook");
	ok(cgswap_object_get_program_length(object, 0) >= 3, "some instructions");
	is_str(cgswap_object_get_license(object), "Dual BSD/GPL", "license");
	is_int(cgswap_object_get_map_count(object), 0, "no maps");
	is_int(cgswap_object_get_metadata_count(object), 0, "no metadata");
	is_str(cgswap_object_get_program_name(object, 3), "", "no program past the end");
	is_int(cgswap_object_get_program_length(object, 3), 0, "nor its length");
	is_str(cgswap_object_get_map_name(object, 0), "", "no map past the end");
	is_str(cgswap_object_get_metadata_value(object, 0), "", "no metadata past the end");
	cgswap_object_unref(object);
}

/* Where the section leaves the hook open, or is of no cgroup, none is made up. */
static void open_hooks(cgswap_session *session)
{
	cgswap_object *object = inspect(session, "open_attach_type");

	is_str(cgswap_object_get_program_section(object, 0), "cgroup/skb", "an open section");
	is_str(cgswap_object_get_program_type(object, 0), "cgroup_skb", "its type is said");
	is_str(cgswap_object_get_program_attach_type(object, 0), "", "its hook is not");
	cgswap_object_unref(object);
	object = inspect(session, "no_attach_type");
	ok(*cgswap_object_get_program_type(object, 0), "a program for no cgroup has a type");
	is_str(cgswap_object_get_program_attach_type(object, 0), "", "and no hook");
	cgswap_object_unref(object);
}

static void maps(cgswap_session *session)
{
	cgswap_object *object = inspect(session, "metadata");
	size_t at = find_map(object, "metadata.bss");

	is_int(cgswap_object_get_map_count(object), 2, "those of globals are maps");
	is_str(cgswap_object_get_map_type(object, at), "array", "type");
	is_int(cgswap_object_get_map_key_size(object, at), 4, "key");
	is_int(cgswap_object_get_map_value_size(object, at), 4, "value");
	is_int(cgswap_object_get_map_max_entries(object, at), 1, "room");
	is_int(cgswap_object_get_metadata_count(object), 20, "metadata");
	is_str(cgswap_object_get_metadata_name(object, 0), "version", "a name");
	is_str(cgswap_object_get_metadata_value(object, 0), "2.1", "a value");
	cgswap_object_unref(object);
}

static void write_secret(void)
{
	int fd;

	snprintf(secret, sizeof(secret), "%s/secret.o", directory);
	fd = open(secret, O_WRONLY | O_CREAT | O_EXCL, 0);
	if (fd < 0 || close(fd))
		bail_out("cannot write %s", secret);
}

/* What file permissions forbid is no want of a capability. */
static void a_secret(cgswap_session *session)
{
	cgswap_object *object;
	uid_t self = geteuid();

	/* root reads all there is */
	if (self == 0 && seteuid(NOBODY))
		bail_out("cannot be nobody");
	EXPECT_CAUSE(cgswap_object_open(&object, session, secret), DENIED_BY_POLICY,
		     "a file of somebody else's");
	expect_message("not permitted to read");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "permissions", "and what to look at");
	if (seteuid(self))
		bail_out("cannot be myself again");
}

static void by_nobody(void)
{
	cgswap_session *session = live_session();

	programs(session);
	open_hooks(session);
	maps(session);
	cgswap_session_unref(session);
}

static void a_handle(void)
{
	cgswap_session *session = live_session();
	cgswap_object *object = inspect(session, "metadata"), *other;

	ok(cgswap_object_ref(object) == object, "one reference more");
	cgswap_object_unref(object);
	is_str(cgswap_object_get_metadata_value(object, 0), "2.1", "it is still there");
	expect_ok(cgswap_object_close(object), "closed");
	expect_ok(cgswap_object_close(object), "closed again");
	is_int(cgswap_object_get_program_count(object), 0, "empty");
	is_str(cgswap_object_get_license(object), "", "no license");
	is_str(cgswap_object_get_program_name(object, 0), "", "no program");
	cgswap_object_unref(object);
	other = inspect(session, "metadata");
	expect_ok(cgswap_session_close(session), "the session closes");
	is_int(cgswap_object_get_program_count(other), 0, "and its object with it");
	EXPECT_CAUSE(cgswap_object_open(&object, session, "x.o"), HANDLE_CLOSED, "no further one");
	ok(!object, "it is NULL");
	cgswap_object_unref(other);
	cgswap_session_unref(session);
	is_int(cgswap_object_get_program_count(NULL), 0, "NULL has no programs");
	is_str(cgswap_object_get_license(NULL), "", "and no license");
	cgswap_object_unref(NULL);
}

static void refusals(void)
{
	cgswap_session *session = live_session();
	cgswap_object *object;
	char path[256];

	EXPECT_CAUSE(cgswap_object_open(&object, session, "/nowhere/a.o"), OBJECT_NOT_FOUND,
		     "a missing file");
	EXPECT_CAUSE(cgswap_object_open(&object, session, "/proc/self/exe"), OBJECT_NOT_BPF,
		     "a program of this machine");
	EXPECT_CAUSE(cgswap_object_open(&object, session, directory), OBJECT_NOT_ELF,
		     "a directory");
	EXPECT_CAUSE(cgswap_object_open(&object, session, ""), BAD_ARGUMENT, "no path");
	EXPECT_CAUSE(cgswap_object_open(&object, session, NULL), BAD_ARGUMENT, "NULL");
	EXPECT_CAUSE(cgswap_object_open(NULL, session, "a.o"), BAD_ARGUMENT, "nowhere to put it");
	snprintf(path, sizeof(path), "%s/no_program.o", directory);
	EXPECT_CAUSE(cgswap_object_open(&object, session, path), OBJECT_HAS_NO_PROGRAM,
		     "a map only");
	a_secret(session);
	cgswap_session_unref(session);
}

int main(void)
{
	static const char *const names[] = { "several_programs", "open_attach_type", "no_attach_type",
					     "metadata", "no_program" };

	if (!mkdtemp(directory) || chmod(directory, 0755))
		bail_out("no temporary directory");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		public_copy(names[i]);
	write_secret();
	as_nobody(by_nobody);
	a_handle();
	refusals();
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(public_copy(names[i]));
	unlink(secret);
	rmdir(directory);
	return done_testing();
}
