/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session that loads an object again reads its file again: another version is loaded and a damaged
 * file is refused, also if size and time of the file are the same; and a version with other maps gets
 * those that its program needs.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST = 1 << 16, LOADS = 3 };

static cgswap_session *session;
static char path[64] = "/tmp/cgswap-file-XXXXXX";

struct content {
	char bytes[LARGEST];
	size_t size;
};

static struct content content_of(const char *object)
{
	struct content content;
	FILE *file = fopen(map_fixture_object(object), "rb");

	content.size = file ? fread(content.bytes, 1, LARGEST, file) : 0;
	if (!content.size || content.size == LARGEST)
		bail_out("cannot read %s", object);
	fclose(file);
	return content;
}

/* Always the same size and time. */
static void write_content(const struct content *content)
{
	static const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0 || write(fd, content->bytes, content->size) != (ssize_t)content->size ||
	    ftruncate(fd, LARGEST) || futimens(fd, times) || close(fd))
		bail_out("cannot write %s: %s", path, strerror(errno));
}

static enum cgswap_status open_program(cgswap_program **out, const char *name)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	char source[128];

	snprintf(source, sizeof(source), "obj:%s#%s", path, name);
	return cgswap_program_open(out, session, source, &opts);
}

/* Loads the program several times, and stores its tag. */
static void load(const struct content *content, const char *name, size_t maps, const char *map,
		 char tag[17])
{
	write_content(content);
	for (int i = 0; i < LOADS; i++) {
		cgswap_program *program = NULL;

		expect_ok(open_program(&program, name), "'%s' is loaded", name);
		is_int(cgswap_program_get_map_count(program), maps, "with %zu maps", maps);
		ok(map_fixture_is_used(program, map), "one is '%s'", map);
		snprintf(tag, 17, "%s", cgswap_program_get_tag(program));
		cgswap_program_unref(program);
	}
}

static void versions(void)
{
	struct content one = content_of("count_v1"), two = content_of("count_v2");
	char first[17], second[17], third[17];

	load(&one, "counting", 5, "hits", first);
	load(&two, "counting", 6, "lengths", second);
	ok(strcmp(first, second) != 0, "the second version is loaded from the changed file");
	load(&one, "counting", 5, "hits", third);
	is_str(third, first, "and the first version again");
}

/* The programs of one file need other maps each. */
static void programs(void)
{
	struct content all = content_of("needed");
	char tag[17];

	load(&all, "direct", 2, "of_direct", tag);
	load(&all, "by_static", 2, "of_static", tag);
	load(&all, "direct", 2, "of_direct", tag);
}

/* Each byte that says that it is an ELF file. */
static void damaged(void)
{
	struct content good = content_of("count_v1");
	char tag[17];

	load(&good, "counting", 5, "hits", tag);
	for (size_t i = 0; i < 4; i++) {
		struct content bad = good;
		cgswap_program *program;

		bad.bytes[i] ^= 1;
		write_content(&bad);
		EXPECT_CAUSE(open_program(&program, "counting"), OBJECT_NOT_ELF,
			     "byte %zu is damaged", i);
		ok(!program, "no program");
	}
	load(&good, "counting", 5, "hits", tag);
	if (unlink(path))
		bail_out("cannot remove %s", path);
	EXPECT_CAUSE(open_program(&(cgswap_program *){ NULL }, "counting"), OBJECT_NOT_FOUND,
		     "the file is removed");
}

int main(void)
{
	int fd;

	need_live();
	fd = mkstemp(path);
	if (fd < 0 || close(fd))
		bail_out("no file: %s", strerror(errno));
	session = live_session();
	versions();
	programs();
	damaged();
	cgswap_session_unref(session);
	return done_testing();
}
