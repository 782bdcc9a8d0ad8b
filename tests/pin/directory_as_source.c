/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A directory of pins, which `bpftool prog loadall` makes, is not a program: the error lists its pins of
 * programs. Other directories and pins have errors of their own.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static enum cgswap_status open_source(cgswap_session *session, const char *source)
{
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, session, source, NULL);

	cgswap_program_unref(program);
	return status;
}

static size_t candidates(const char *wanted)
{
	const cgswap_error *error = cgswap_last_error();
	size_t count = 0, matching = 0;

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++) {
		if (strcmp(cgswap_error_get_detail_name(error, i), "candidate"))
			continue;
		count++;
		matching += !strcmp(cgswap_error_get_detail_text(error, i), wanted);
	}
	is_int(matching, 1, "'%s' is a candidate", wanted);
	return count;
}

int main(void)
{
	cgswap_session *session;
	int one, two, array;

	need_live();
	bpffs_private();
	session = live_session();
	one = prog_pass(EGRESS, "one");
	two = prog_pass(CONNECT4, "two");
	array = raw_array_create(1);
	if (mkdir(BPFFS "/fw", 0700) || mkdir(BPFFS "/empty", 0700))
		bail_out("no directory: %s", strerror(errno));
	bpffs_pin(one, "fw/one");
	bpffs_pin(two, "fw/two");
	bpffs_pin(array, "fw/a_map");

	EXPECT_CAUSE(open_source(session, BPFFS "/fw"), SOURCE_AMBIGUOUS, "a directory of pins");
	is_int(candidates(BPFFS "/fw/one"), 2, "the pins of programs are candidates");
	EXPECT_CAUSE(open_source(session, "pin:" BPFFS "/fw/"), SOURCE_AMBIGUOUS, "with a slash");
	is_int(candidates(BPFFS "/fw/two"), 2, "the same candidates");
	EXPECT_CAUSE(open_source(session, BPFFS "/empty"), PIN_NOT_FOUND, "an empty directory");
	EXPECT_CAUSE(open_source(session, BPFFS "/none"), PIN_NOT_FOUND, "no directory");
	EXPECT_CAUSE(open_source(session, BPFFS "/fw/a_map"), NOT_A_PROGRAM, "the pin of a map");
	EXPECT_CAUSE(open_source(session, "pin:/tmp"), PIN_NOT_FOUND, "a directory elsewhere");
	expect_ok(open_source(session, BPFFS "/fw/one"), "one of the pins");

	raw_close(one);
	raw_close(two);
	raw_close(array);
	cgswap_session_unref(session);
	return done_testing();
}
