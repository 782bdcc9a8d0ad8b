/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An object that an old compiler made, or for an older libbpf, is refused with what is wrong with it
 * and what to change. One with maps in a section "maps" can be inspected: its programs, maps, license
 * and metadata are shown, with a note that it cannot be loaded.
 */
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char file[] = "/tmp/cgswap-test-old-XXXXXX.o";
static unsigned char bytes[65536];
static size_t size;
static cgswap_session *session;

static enum cgswap_status open_source(const char *path)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_program *program = NULL;
	enum cgswap_status status = cgswap_program_open(&program, session, path, &opts);

	cgswap_program_unref(program);
	return status;
}

static void has_remedy(const char *part)
{
	has_str(cgswap_error_get_remedy(cgswap_last_error()), part, "the remedy has '%s'", part);
}

static void legacy_refused(void)
{
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s", map_fixture_object("object/legacy_maps"));
	EXPECT_CAUSE(open_source(source), OBJECT_REFUSED, "maps in a section 'maps'");
	expect_message("its maps are in the section 'maps'");
	has_remedy("SEC(\".maps\")");
}

static void legacy_inspected(void)
{
	cgswap_object *object;

	expect_ok(cgswap_object_open(&object, session, map_fixture_object("object/legacy_maps")),
		  "it is inspected");
	has_str(cgswap_object_get_note(object), "cannot be loaded", "it has a note");
	is_str(cgswap_object_get_license(object), "Dual BSD/GPL", "its license");
	is_int(cgswap_object_get_program_count(object), 1, "it has a program");
	is_str(cgswap_object_get_program_name(object, 0), "legacy_count", "its name");
	is_str(cgswap_object_get_program_attach_type(object, 0), "cgroup_inet_egress",
	       "its attach type");
	is_int(cgswap_object_get_map_count(object), 3, "it has three maps");
	is_str(cgswap_object_get_map_name(object, 1), "legacy_counts", "the first of 'maps'");
	is_str(cgswap_object_get_map_type(object, 1), "array", "its type");
	is_int(cgswap_object_get_map_value_size(object, 1), 8, "its value size");
	is_str(cgswap_object_get_map_name(object, 2), "legacy_rules", "the second");
	is_str(cgswap_object_get_map_type(object, 2), "hash", "its type");
	is_int(cgswap_object_get_map_key_size(object, 2), 16, "its key size");
	is_int(cgswap_object_get_map_max_entries(object, 2), 512, "its number of entries");
	is_str(cgswap_object_get_metadata_value(object, 0), "0.9", "its metadata");
	cgswap_object_unref(object);
	expect_ok(cgswap_object_open(&object, session, map_fixture_object("object/one_program")),
		  "another object");
	is_str(cgswap_object_get_note(object), "", "has no note");
	cgswap_object_unref(object);
	is_str(cgswap_object_get_note(NULL), "", "nor has NULL");
}

static void read_good(void)
{
	FILE *in = fopen(map_fixture_object("object/broken_base"), "rb");

	size = in ? fread(bytes, 1, sizeof(bytes), in) : 0;
	if (!size || fclose(in))
		bail_out("cannot read the object");
}

/* Replaces each occurrence of a name with its NUL by another name of this length. */
static void rename_all(const char *name, const char *other)
{
	unsigned char *at = bytes;
	unsigned count = 0;

	while ((at = memmem(at, size - (at - bytes), name, strlen(name) + 1))) {
		memcpy(at, other, strlen(other));
		count++;
	}
	if (!count)
		bail_out("nothing is named %s", name);
}

static enum cgswap_status attempt(void)
{
	FILE *out = fopen(file, "wb");

	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
		bail_out("cannot write %s", file);
	return open_source(file);
}

/* The name of the section in BTF, which is not the last with this name in the file. */
static void rename_in_btf(const char *name)
{
	unsigned char *at = memmem(bytes, size, name, strlen(name) + 1);

	if (!at)
		bail_out("nothing is named %s", name);
	at[1] = '_';
}

static void without_btf(void)
{
	read_good();
	rename_all(".BTF", ".OLD");
	EXPECT_CAUSE(attempt(), OBJECT_REFUSED, "an object without BTF");
	expect_message("it declares maps in '.maps', and has no BTF that describes them");
	has_remedy("-g");
	read_good();
	rename_in_btf(".maps");
	EXPECT_CAUSE(attempt(), OBJECT_REFUSED, "an object whose BTF does not have variables");
	expect_message("its BTF does not describe variables");
	has_remedy("clang 10");
}

int main(void)
{
	int fd;

	need_live();
	session = live_session();
	fd = mkstemps(file, 2);
	if (fd < 0 || close(fd))
		bail_out("no temporary file");
	legacy_refused();
	legacy_inspected();
	without_btf();
	unlink(file);
	cgswap_session_unref(session);
	return done_testing();
}
