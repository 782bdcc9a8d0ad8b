/* SPDX-License-Identifier: BSD-2-Clause */
#include "traffic.h"

#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct traffic_shared {
	atomic_uint sent;
	atomic_bool stop;
};

enum { FAILED = 1, START_TRIES = 2000 };

/* A bound socket that is never read: packets are delivered or dropped, never answered. */
static int open_sink(struct sockaddr_in *address)
{
	socklen_t size = sizeof(*address);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (fd < 0 || bind(fd, (struct sockaddr *)address, size) ||
	    getsockname(fd, (struct sockaddr *)address, &size))
		bail_out("cannot open a socket on loopback: %s", strerror(errno));
	return fd;
}

/* A socket stays in the cgroup in which it was made. */
static int open_socket_in(const struct scratch *from)
{
	return scratch_enter(from) ? -1 : socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static int sender_main(const struct scratch *from, size_t count, const struct sockaddr_in *to,
		       uint32_t most, struct traffic_shared *shared)
{
	int fds[TRAFFIC_MOST_CGROUPS];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < count; i++) {
		fds[i] = open_socket_in(&from[i]);
		if (fds[i] < 0)
			return FAILED;
	}
	for (uint32_t number = 0; number < most && !shared->stop; number++) {
		if (sendto(fds[number % count], &number, sizeof(number), 0,
			   (const struct sockaddr *)to, sizeof(*to)) != sizeof(number))
			return FAILED;
		shared->sent = number + 1;
	}
	return 0;
}

static struct traffic start(const struct scratch *from, size_t count, uint32_t most)
{
	struct traffic traffic;
	struct sockaddr_in address;
	int sink = open_sink(&address);

	traffic.shared = mmap(NULL, sizeof(*traffic.shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (traffic.shared == MAP_FAILED)
		bail_out("no shared memory: %s", strerror(errno));
	traffic.sender = fork();
	if (traffic.sender < 0)
		bail_out("cannot fork: %s", strerror(errno));
	if (!traffic.sender)
		_exit(sender_main(from, count, &address, most, traffic.shared));
	close(sink); /* the sender keeps its own descriptor of it */
	return traffic;
}

static int finish(struct traffic *traffic)
{
	int status;

	if (waitpid(traffic->sender, &status, 0) != traffic->sender)
		return -1;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

int traffic_send(const struct scratch *from, uint32_t count)
{
	struct traffic traffic = start(from, 1, count);
	int result = finish(&traffic);

	munmap(traffic.shared, sizeof(*traffic.shared));
	return result;
}

struct traffic traffic_start_in(const struct scratch *from, size_t count, uint32_t most)
{
	const struct timespec pause = { .tv_nsec = 1000 * 1000 };
	struct traffic traffic = start(from, count, most);

	for (int i = 0; !traffic.shared->sent; i++) {
		if (i == START_TRIES)
			bail_out("the sender does not send");
		nanosleep(&pause, NULL);
	}
	return traffic;
}

struct traffic traffic_start(const struct scratch *from, uint32_t most)
{
	return traffic_start_in(from, 1, most);
}

uint32_t traffic_sent(const struct traffic *traffic)
{
	return traffic->shared->sent;
}

uint32_t traffic_stop(struct traffic *traffic)
{
	uint32_t sent;

	traffic->shared->stop = true;
	if (finish(traffic))
		bail_out("the sender failed");
	sent = traffic->shared->sent;
	munmap(traffic->shared, sizeof(*traffic->shared));
	return sent;
}
