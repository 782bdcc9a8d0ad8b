/* SPDX-License-Identifier: BSD-2-Clause */
#include "api_session.h"
#include "api_inside.h"

#include "../fault/fault_kernel.h"
#include "../lib/descriptors.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NET_ADMIN = 12, SYS_ADMIN = 21, PERFMON_CAP = 38, BPF_CAP = 39, DISABLED = 14 };

static const char *const disabled_names[DISABLED] = {
	NULL, "ordering", "preorder", "expected_revision", "ordering,expected_revision", "multi",
	"replace", "link", "link_id", "link_detach", "unix_socket_hooks", "revision",
	"ordering,expected_revision,revision,preorder", "link_update_order",
};

enum { VIEWS = 2 }; /* outside and inside a cgroup namespace */

static cgswap_session *sessions[DISABLED][API_PRIVILEGES][VIEWS];
static uint64_t missing;
static bool is_inside;

const char *api_disabled_name(unsigned disabled)
{
	return disabled_names[disabled % DISABLED];
}

bool api_is_disabled(const struct api_operation *operation, const char *feature)
{
	const char *names = api_disabled_name(operation->disabled);
	size_t length = strlen(feature);

	while (names && *names) {
		if (strncmp(names, feature, length) == 0 &&
		    (names[length] == ',' || !names[length]))
			return true;
		names = strchr(names, ',');
		names += names != NULL;
	}
	return false;
}

unsigned api_disabled_count(void)
{
	return DISABLED;
}

uint64_t api_missing_capabilities(unsigned privilege)
{
	static const uint64_t masks[API_PRIVILEGES] = {
		0,
		1ULL << NET_ADMIN,
		1ULL << SYS_ADMIN,
		1ULL << SYS_ADMIN | 1ULL << BPF_CAP | 1ULL << PERFMON_CAP,
		1ULL << NET_ADMIN | 1ULL << SYS_ADMIN | 1ULL << BPF_CAP | 1ULL << PERFMON_CAP,
	};

	return masks[privilege % API_PRIVILEGES];
}

/* Only the effective capabilities change, and only those of this thread. */
static void set_missing(uint64_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (missing == mask)
		return;
	if (syscall(SYS_capget, &header, data))
		bail_out("no capget: %s", strerror(errno));
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		data[i].effective = data[i].permitted & ~(uint32_t)(mask >> 32 * i);
	if (syscall(SYS_capset, &header, data))
		bail_out("no capset: %s", strerror(errno));
	missing = mask;
}

static cgswap_session *open_session(const struct api_operation *operation)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.disable_features = api_disabled_name(operation->disabled),
		.scratch_cgroup = scratch_top(),
		.cgroup_root = operation->inside ? api_inside_mount() : NULL,
	};
	cgswap_session *session;

	if (cgswap_session_open(&session, &opts))
		bail_out("no session: %s", cgswap_error_get_message(cgswap_last_error()));
	return session;
}

cgswap_session *api_enter(const struct api_operation *operation)
{
	unsigned disabled = operation->disabled % DISABLED;
	unsigned privilege = operation->privilege % API_PRIVILEGES;
	cgswap_session **session = &sessions[disabled][privilege][operation->inside != 0];

	if (operation->inside && !is_inside) {
		set_missing(0);
		api_inside_enter();
		is_inside = true;
	}
	set_missing(api_missing_capabilities(privilege));
	if (!*session)
		*session = open_session(operation);
	return *session;
}

void api_leave(void)
{
	set_missing(0);
	if (is_inside)
		api_inside_leave();
	is_inside = false;
}

bool api_sessions_close(void)
{
	for (unsigned i = 0; i < DISABLED; i++)
		for (unsigned j = 0; j < API_PRIVILEGES; j++)
			for (unsigned view = 0; view < VIEWS; view++) {
				cgswap_session_unref(sessions[i][j][view]);
				sessions[i][j][view] = NULL;
			}
	if (!fault_kernel.open)
		return true;
	diag("%d descriptors are open after all sessions were closed", fault_kernel.open);
	fault_kernel.open = 0;
	return false;
}

/* ---- another process, inside a call ---------------------------------------------------------- */

static struct {
	const struct api_foreign *foreign;
	unsigned left;
	bool came;
	struct api_result result;
} armed;

static void act(enum fault_kernel_op op, void *user)
{
	uint64_t mask = missing;

	(void)op;
	(void)user;
	if (!armed.foreign || armed.came || --armed.left)
		return;
	armed.came = true;
	set_missing(0);
	armed.result = api_foreign_do(armed.foreign);
	set_missing(mask);
}

void api_arm(const struct api_foreign *foreign, unsigned nth)
{
	armed.foreign = foreign;
	armed.left = nth ? nth : 1;
	armed.came = false;
	fault_kernel.before = act;
}

bool api_disarm(struct api_result *result)
{
	fault_kernel.before = NULL;
	armed.foreign = NULL;
	*result = armed.result;
	return armed.came;
}

void api_own_descriptor(void)
{
	fault_kernel.open--;
}
