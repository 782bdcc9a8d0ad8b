/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find lists the processes that have a program or a link of it open: one row for each process and
 * object, however many descriptors it has.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <sys/prctl.h>
#include <unistd.h>

static struct fixture fixture;
static cgswap_find *find;

static void look_for(int prog)
{
	cgswap_find_unref(find);
	expect_ok(cgswap_find_open(&find, fixture.session, by_id(prog), CGSWAP_FIND_PROCESSES), "find");
}

static void process_is(size_t i, uint32_t link)
{
	char command[17] = "";

	prctl(PR_GET_NAME, command);
	is_int(cgswap_find_get_process_id(find, i), getpid(), "process %zu is this one", i);
	is_str(cgswap_find_get_process_command(find, i), command, "its name");
	is_int(cgswap_find_get_process_link_id(find, i), link, "the link that it has open");
	is_int(cgswap_find_get_process_program_id(find, i), cgswap_find_get_program_id(find, 0), "the program");
}

int main(void)
{
	int link, lone;
	uint32_t id;

	need_live();
	fixture = fixture_new("find-processes", 1);
	lone = prog_pass(EGRESS, "lone");
	id = raw_prog_id(lone);
	look_for(lone);
	is_int(cgswap_find_get_process_count(find), 1, "one process has it open");
	process_is(0, 0);
	link = raw_link_create(fixture.cgroup.fd, lone, EGRESS, 0);
	look_for(lone);
	is_int(cgswap_find_get_process_count(find), 2, "the program, and a link");
	process_is(0, 0);
	process_is(1, raw_link_id(link));
	raw_close(lone);
	lone = raw_prog_open(id);
	raw_close(raw_prog_open(id));
	look_for(lone);
	is_int(cgswap_find_get_process_count(find), 2, "opened by its id, it is the same");
	is_int(cgswap_find_get_process_id(find, 2), 0, "past the end");
	raw_close(link);
	raw_close(lone);
	cgswap_find_unref(find);
	fixture_free(&fixture);
	return done_testing();
}
