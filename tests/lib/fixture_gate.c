/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_gate.h"

#include "attach_types.h"
#include "rawbpf.h"
#include "rawfd.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ALLOWED, DENIED, FAILED };

const char *gate_fixture_source(const char *object)
{
	static char sources[4][1100];
	static unsigned next;
	char *source = sources[next++ % 4];

	snprintf(source, sizeof(sources[0]), "obj:%s#gate", map_fixture_object(object));
	return source;
}

struct gate_fixture gate_fixture_new(const char *cgroup, const char *object)
{
	struct gate_fixture gate = { .maps = map_fixture_new_at(cgroup, object, "gate", CONNECT4) };

	gate.array = map_fixture_map(&gate.maps, "gate_rules");
	gate.array_fd = raw_map_open(gate.array);
	if (gate.array_fd < 0)
		bail_out("the program array cannot be opened");
	return gate;
}

void gate_fixture_fill(const struct gate_fixture *gate, const char *object, uint32_t slot)
{
	gate_fixture_fill_with(gate, object, slot, NULL);
}

void gate_fixture_fill_with(const struct gate_fixture *gate, const char *object, uint32_t slot,
			    const char *const *constants)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts),
						  .attach_type = "connect4",
						  .constant_choices = constants };
	cgswap_program *program;
	char source[1100];
	union bpf_attr attr;
	int fd;

	snprintf(source, sizeof(source), "obj:%s#gate_deny", map_fixture_object(object));
	if (cgswap_program_open(&program, gate->maps.session, source, &opts))
		bail_out("%s: %s", source, cgswap_error_get_message(cgswap_last_error()));
	fd = cgswap_program_get_fd(program);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = gate->array_fd;
	attr.key = (uintptr_t)&slot;
	attr.value = (uintptr_t)&fd;
	if (raw_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)))
		bail_out("the slot cannot be filled");
	cgswap_program_unref(program);
}

void gate_fixture_free(struct gate_fixture *gate)
{
	raw_close(gate->array_fd);
	map_fixture_free(&gate->maps);
}

/* A UDP socket sends nothing when it connects. */
static int try_to_connect(const struct gate_fixture *gate)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(9),
	};
	int fd;

	if (scratch_enter(&gate->maps.cgroup))
		return FAILED;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return FAILED;
	if (!connect(fd, (const struct sockaddr *)&to, sizeof(to)))
		return ALLOWED;
	return errno == EPERM ? DENIED : FAILED;
}

bool gate_fixture_denies(const struct gate_fixture *gate)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(try_to_connect(gate));
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
	    WEXITSTATUS(status) == FAILED)
		bail_out("a process in the cgroup cannot try to connect");
	return WEXITSTATUS(status) == DENIED;
}
