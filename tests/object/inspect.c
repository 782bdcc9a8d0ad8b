/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An object handle reports the programs, attach types, maps, metadata and license of a file without
 * loading it, so that no privilege is needed, and follows the rules of all handles.
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

enum { UNPRIVILEGED_UID = 65534 };

static char directory[] = "/tmp/cgswap-test-inspect-XXXXXX", secret[64];

/* Makes a copy that every user can read: the build tree may be private. */
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

	is_int(cgswap_object_get_program_count(object), 3, "the object has three programs");
	for (size_t i = 0; i < 3; i++)
		is_str(cgswap_object_get_program_name(object, i), names[i], "program %zu is '%s'",
		       i, names[i]);
	is_str(cgswap_object_get_program_section(object, 2), "cgroup/connect4",
	       "the section of a program");
	is_str(cgswap_object_get_program_type(object, 2), "cgroup_sock_addr", "its type");
	is_str(cgswap_object_get_program_attach_type(object, 2), "cgroup_inet4_connect",
	       "its attach type");
	is_str(cgswap_object_get_program_attach_type(object, 0), "cgroup_inet_egress",
	       "the attach type of another program");
	ok(cgswap_object_get_program_length(object, 0) >= 3, "the number of its instructions");
	is_str(cgswap_object_get_license(object), "Dual BSD/GPL", "the license");
	is_int(cgswap_object_get_map_count(object), 0, "the object has no maps");
	is_int(cgswap_object_get_metadata_count(object), 0, "the object has no metadata");
	is_str(cgswap_object_get_program_name(object, 3), "", "a program past the end has no name");
	is_int(cgswap_object_get_program_length(object, 3), 0,
	       "a program past the end has no instructions");
	is_str(cgswap_object_get_map_name(object, 0), "", "a map past the end has no name");
	is_str(cgswap_object_get_metadata_value(object, 0), "",
	       "metadata past the end has no value");
	cgswap_object_unref(object);
}

/* A section without an attach type of a cgroup gives no attach type. */
static void sections_without_attach_type(cgswap_session *session)
{
	cgswap_object *object = inspect(session, "open_attach_type");

	is_str(cgswap_object_get_program_section(object, 0), "cgroup/skb",
	       "a section without an attach type");
	is_str(cgswap_object_get_program_type(object, 0), "cgroup_skb",
	       "its program type is known");
	is_str(cgswap_object_get_program_attach_type(object, 0), "", "its attach type is not");
	cgswap_object_unref(object);
	object = inspect(session, "no_attach_type");
	ok(*cgswap_object_get_program_type(object, 0), "an xdp program has a type");
	is_str(cgswap_object_get_program_attach_type(object, 0), "",
	       "and no attach type of a cgroup");
	cgswap_object_unref(object);
}

static void maps(cgswap_session *session)
{
	cgswap_object *object = inspect(session, "metadata");
	size_t at = find_map(object, "metadata.bss");

	is_int(cgswap_object_get_map_count(object), 2, "the sections of globals count as maps");
	is_str(cgswap_object_get_map_type(object, at), "array", "its type");
	is_int(cgswap_object_get_map_key_size(object, at), 4, "its key size");
	is_int(cgswap_object_get_map_value_size(object, at), 4, "its value size");
	is_int(cgswap_object_get_map_max_entries(object, at), 1, "its number of entries");
	is_int(cgswap_object_get_metadata_count(object), 20, "the number of metadata variables");
	is_str(cgswap_object_get_metadata_name(object, 0), "version", "the name of the first");
	is_str(cgswap_object_get_metadata_value(object, 0), "2.1", "the value of the first");
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

/* A file that may not be read is an error of permissions, not of capabilities. */
static void unreadable_file(cgswap_session *session)
{
	uid_t self = geteuid();
	/* root can read every file, unless it may not change its user either */
	bool changed = self == 0 && !seteuid(UNPRIVILEGED_UID);
	cgswap_object *object;

	EXPECT_CAUSE(cgswap_object_open(&object, session, secret), DENIED_BY_POLICY,
		     "a file that only another user can read");
	expect_message("not permitted to read");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "permissions",
		"the remedy names the permissions");
	if (changed && seteuid(self))
		bail_out("cannot change back to root");
}

static void unprivileged(void)
{
	cgswap_session *session = live_session();

	programs(session);
	sections_without_attach_type(session);
	maps(session);
	cgswap_session_unref(session);
}

static void handle_rules(void)
{
	cgswap_session *session = live_session();
	cgswap_object *object = inspect(session, "metadata"), *other;

	ok(cgswap_object_ref(object) == object, "a reference is taken");
	cgswap_object_unref(object);
	is_str(cgswap_object_get_metadata_value(object, 0), "2.1",
	       "after one unref the object can still be read");
	expect_ok(cgswap_object_close(object), "the object is closed");
	expect_ok(cgswap_object_close(object), "it is closed again");
	is_int(cgswap_object_get_program_count(object), 0, "a closed object has no programs");
	is_str(cgswap_object_get_license(object), "", "nor a license");
	is_str(cgswap_object_get_program_name(object, 0), "", "nor the name of a program");
	cgswap_object_unref(object);
	other = inspect(session, "metadata");
	expect_ok(cgswap_session_close(session), "the session is closed");
	is_int(cgswap_object_get_program_count(other), 0, "its object is closed with it");
	EXPECT_CAUSE(cgswap_object_open(&object, session, "x.o"), HANDLE_CLOSED,
		     "open in a closed session");
	ok(!object, "the out parameter is NULL");
	cgswap_object_unref(other);
	cgswap_session_unref(session);
	is_int(cgswap_object_get_program_count(NULL), 0, "NULL has no programs");
	is_str(cgswap_object_get_license(NULL), "", "nor a license");
	cgswap_object_unref(NULL);
}

static void errors(void)
{
	cgswap_session *session = live_session();
	cgswap_object *object;
	char path[256];

	EXPECT_CAUSE(cgswap_object_open(&object, session, "/nowhere/a.o"), OBJECT_NOT_FOUND,
		     "a missing file");
	EXPECT_CAUSE(cgswap_object_open(&object, session, "/proc/self/exe"), OBJECT_NOT_BPF,
		     "an executable of this machine");
	EXPECT_CAUSE(cgswap_object_open(&object, session, directory), OBJECT_NOT_ELF,
		     "a directory");
	EXPECT_CAUSE(cgswap_object_open(&object, session, ""), BAD_ARGUMENT, "an empty path");
	EXPECT_CAUSE(cgswap_object_open(&object, session, NULL), BAD_ARGUMENT, "a path of NULL");
	EXPECT_CAUSE(cgswap_object_open(NULL, session, "a.o"), BAD_ARGUMENT, "no out parameter");
	snprintf(path, sizeof(path), "%s/no_program.o", directory);
	EXPECT_CAUSE(cgswap_object_open(&object, session, path), OBJECT_HAS_NO_PROGRAM,
		     "an object without a program");
	unreadable_file(session);
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
	as_nobody(unprivileged);
	handle_rules();
	errors();
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(public_copy(names[i]));
	unlink(secret);
	rmdir(directory);
	return done_testing();
}
