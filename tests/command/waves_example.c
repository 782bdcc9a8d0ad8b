/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * examples/swap_in_waves.c works as README says: its health check reads the packets that the firewalls
 * have refused from their own map. Without any it replaces the firewall in all cgroups; if one of them
 * sends what the new version refuses, all are put back.
 */
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CGROUPS = 10, SUBMISSION = 587, PAUSE_US = 1000 };

static struct scratch top, cgroups[CGROUPS];
static uint32_t ids[CGROUPS];
static char *example, *old_object, *new_object;

static void build(void)
{
	char name[16];

	example = build_path("examples/swap_in_waves");
	old_object = build_path("examples/firewall_v1.bpf.o");
	new_object = build_path("examples/firewall_v2.bpf.o");
	top = scratch_new("waves");
	for (int i = 0; i < CGROUPS; i++) {
		struct command command;

		snprintf(name, sizeof(name), "c%d", i);
		cgroups[i] = scratch_child(&top, name);
		command = cgswap_run("attach", cgroups[i].path, "egress", old_object, NULL);
		if (command.status)
			bail_out("cannot attach: %s", command.err);
		command_free(&command);
		ids[i] = chain_now(cgroups[i].fd, EGRESS).ids[0];
	}
}

static int with_the_old_one(void)
{
	int count = 0;

	for (int i = 0; i < CGROUPS; i++) {
		struct raw_chain chain = chain_now(cgroups[i].fd, EGRESS);

		count += chain.count == 1 && chain.ids[0] == ids[i];
	}
	return count;
}

/* Nothing listens at the port, so a connection is refused at once, unless the firewall drops it. */
static void send_mail(const struct scratch *from)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
					.sin_port = htons(SUBMISSION),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (scratch_enter(from))
		_exit(1);
	for (;;) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		connect(fd, (const struct sockaddr *)&to, sizeof(to));
		close(fd);
		usleep(PAUSE_US);
	}
}

static struct command run(const char *most)
{
	const char *const argv[] = { example, top.path, "name:firewall", new_object, most, NULL };

	return command_run(argv);
}

static void puts_back(void)
{
	struct command command;
	pid_t sender = fork();

	if (sender == 0)
		send_mail(&cgroups[0]);
	command = run("5");
	kill(sender, SIGKILL);
	waitpid(sender, NULL, 0);
	if (!is_int(command.status, 1, "it fails while mail is refused"))
		diag("%s%s", command.out, command.err);
	has_str(command.out, "1 of 10 cgroups: ", "it checks after the first wave");
	ok(!strstr(command.out, "2 of 10 cgroups: "), "and goes no further");
	has_str(command.err, "packets refused, more than 5", "it says what its check has read");
	is_int(with_the_old_one(), CGROUPS, "all have the old firewall");
	command_free(&command);
}

static void swaps(void)
{
	struct command command = run("5");

	if (!is_int(command.status, 0, "it succeeds without such mail"))
		diag("%s%s", command.out, command.err);
	has_str(command.out, "10 of 10 cgroups: 0 packets refused", "the last wave is healthy");
	is_int(with_the_old_one(), 0, "none has the old firewall");
	command_free(&command);
}

int main(void)
{
	need_live();
	build();
	puts_back();
	swaps();
	free(example);
	free(old_object);
	free(new_object);
	return done_testing();
}
