/* SPDX-License-Identifier: BSD-2-Clause */
/* Swaps a firewall in a cgroup and all below it, in waves: swap_in_waves CGROUP OLD NEW MOST puts all back
 * if more than MOST packets are refused meanwhile. The firewalls count them in the map `refused`, which
 * the new ones take over. For instance swap_in_waves /sys/fs/cgroup/web.slice firewall firewall_v2.bpf.o 10 */
#include <cgswap.h>

#include <bpf/bpf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SOAK_MS = 1000 };

struct watch {
	const cgswap_replace *replace;
	uint64_t before;
	uint64_t most;
};

/* Returns the counter of a map; 0 if it is another map. */
static uint64_t count_in_map(uint32_t map_id)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info), key = 0;
	uint64_t count = 0;
	int fd = bpf_map_get_fd_by_id(map_id);

	if (fd < 0)
		return 0;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) || strcmp(info.name, "refused") ||
	    bpf_map_lookup_elem(fd, &key, &count))
		count = 0;
	close(fd);
	return count;
}

/* The steps of a group have the same maps, so that each map is counted once. */
static uint64_t count_refused(const cgswap_replace *replace)
{
	uint64_t count = 0;

	for (size_t i = 0; i < cgswap_replace_get_group_count(replace); i++)
		for (size_t k = 0; k < cgswap_replace_get_group_map_count(replace, i); k++)
			count += count_in_map(cgswap_replace_get_group_map_id(replace, i, k));
	return count;
}

/* Called after each wave; nonzero puts back what was done. */
static int check_counters(char *said, size_t size, const cgswap_event *event, void *user)
{
	const struct watch *watch = user;
	uint64_t count = count_refused(watch->replace) - watch->before;

	printf("%zu of %zu cgroups: %" PRIu64 " packets refused\n", cgswap_event_get_done(event),
	       cgswap_event_get_total(event), count);
	snprintf(said, size, "%" PRIu64 " packets refused, more than %" PRIu64, count, watch->most);
	return count > watch->most;
}

static enum cgswap_status swap_in_waves(cgswap_replace *replace, const char *cgroup, const char *old,
					const char *new, uint64_t most)
{
	struct watch watch = { .replace = replace, .most = most };
	const struct cgswap_commit_opts opts = {
		.sz = sizeof(opts),
		.canary = "10%",
		.soak_ms = SOAK_MS,
		.health = check_counters,
		.health_user = &watch,
		.check_first = 1,
	};
	enum cgswap_status status;

	status = cgswap_replace_add_recursive(replace, cgroup, "egress", old, new, NULL);
	if (status)
		return status;
	watch.before = count_refused(replace);
	return cgswap_replace_commit(replace, &opts);
}

int main(int argc, char **argv)
{
	cgswap_replace *replace = NULL;
	cgswap_session *session;
	enum cgswap_status status;

	if (argc != 5) {
		fprintf(stderr, "usage: swap_in_waves CGROUP OLD NEW MOST\n");
		return 2;
	}
	status = cgswap_session_open(&session, NULL);
	if (!status)
		status = cgswap_replace_new(&replace, session, NULL);
	if (!status)
		status = swap_in_waves(replace, argv[1], argv[2], argv[3], strtoull(argv[4], NULL, 10));
	if (status)
		fprintf(stderr, "swap_in_waves: %s\n", cgswap_error_get_message(cgswap_last_error()));
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	return status ? 1 : 0;
}
