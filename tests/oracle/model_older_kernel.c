/* SPDX-License-Identifier: BSD-2-Clause */
/* With features disabled, the model answers like a kernel that does not have them. */
#include "modelled.h"

#include "model/model.h"
#include "../lib/expect.h"
#include "../lib/tap.h"

#include <errno.h>

enum { EGRESS = 1, SKB = 8 };

#define OFF(feature) (1U << CGSWAP_FEATURE_##feature)

/* The answers of a kernel without the features. */
struct old {
	struct kernel *kernel;
	int cgroup, program;
};

static struct old old_kernel(uint32_t disable_features)
{
	static const uint64_t pass[] = { 0x00000001000000b7, 0x95 };
	const struct kernel_load load = { SKB, EGRESS, "pass", pass, 2 };
	struct old old = { .kernel = kernel_model_new(disable_features) };

	if (!old.kernel)
		bail_out("out of memory");
	old.cgroup = old.kernel->ops->cgroup_open(old.kernel, KERNEL_MODEL_CGROUPS);
	old.program = old.kernel->ops->load(old.kernel, &load);
	if (old.cgroup < 0 || old.program < 0)
		bail_out("cannot create a cgroup and a program");
	return old;
}

static int attach(const struct old *old, uint32_t flags, uint32_t relative, uint64_t revision)
{
	const struct kernel_attach request = {
		.target_fd = old->cgroup,
		.program_fd = old->program,
		.type = EGRESS,
		.flags = flags,
		.relative = relative,
		.revision = revision,
	};

	return old->kernel->ops->attach(old->kernel, &request);
}

static int create_link(const struct old *old, uint32_t flags, uint32_t relative, uint64_t revision)
{
	const struct kernel_link_create request = {
		.target_fd = old->cgroup,
		.program_fd = old->program,
		.type = EGRESS,
		.flags = flags,
		.relative = relative,
		.revision = revision,
	};

	return old->kernel->ops->link_create(old->kernel, &request);
}

static struct kernel_query query(const struct old *old, uint32_t type, int *err)
{
	uint32_t ids[4], flags[4];
	struct kernel_query request = {
		.target_fd = old->cgroup,
		.type = type,
		.ids = (uintptr_t)ids,
		.program_flags = (uintptr_t)flags,
		.count = 4,
	};

	*err = old->kernel->ops->query(old->kernel, &request);
	return request;
}

static void without_ordering(void)
{
	struct old old = old_kernel(OFF(PREORDER) | OFF(ORDERING) | OFF(EXPECTED_REVISION) |
				    OFF(REVISION));
	int err, link;

	is_int(attach(&old, KERNEL_MULTI | KERNEL_PREORDER, 0, 0), -EINVAL, "no PREORDER");
	is_int(attach(&old, KERNEL_MULTI | KERNEL_BEFORE, 0, 0), -EINVAL, "no BEFORE");
	is_int(attach(&old, KERNEL_MULTI, 1, 0), -EINVAL, "no anchor for a program");
	is_int(attach(&old, KERNEL_MULTI, 0, 1), -EINVAL, "no expected revision for a program");
	is_int(create_link(&old, KERNEL_PREORDER, 0, 0), -EINVAL, "no flags for a link");
	link = create_link(&old, 0, 99, 99);
	ok(link >= 0, "a link's anchor and revision are ignored");
	is_int(query(&old, EGRESS, &err).revision, 0, "a query returns no revision");
	is_int(err, 0, "the query succeeds");
	old.kernel->ops->free(old.kernel);
}

static void without_links(void)
{
	struct old old = old_kernel(OFF(LINK) | OFF(LINK_ID) | OFF(LINK_DETACH));
	const struct kernel_link_update update = { .link_fd = UINT32_MAX };
	uint32_t next;

	is_int(create_link(&old, 0, 0, 0), -EINVAL, "no link is created");
	is_int(old.kernel->ops->link_update(old.kernel, &update), -EINVAL, "no link is updated");
	is_int(old.kernel->ops->link_detach(old.kernel, -1), -EINVAL, "no link is detached");
	is_int(old.kernel->ops->link_by_id(old.kernel, 1), -EINVAL, "no link has an id");
	is_int(old.kernel->ops->next_link(old.kernel, 0, &next), -EINVAL, "no link is listed");
	old.kernel->ops->free(old.kernel);
}

static void without_types(void)
{
	struct old old = old_kernel(OFF(LSM_CGROUP) | OFF(UNIX_SOCKET_HOOKS) | OFF(REPLACE));
	int err;

	query(&old, EGRESS, &err);
	is_int(err, -EINVAL, "a query does not return program flags");
	query(&old, 49, &err);
	is_int(err, -EINVAL, "no attach type for unix sockets");
	is_int(attach(&old, KERNEL_MULTI | KERNEL_REPLACE, 0, 0), -EINVAL, "no REPLACE");
	is_int(attach(&old, KERNEL_MULTI, 0, 0), 0, "an ordinary attach succeeds");
	old.kernel->ops->free(old.kernel);
}

/* Through the library: each feature is reported as missing, and calls that need it fail. */
static void in_a_session(void)
{
	cgswap_session *session = model_session(
		"preorder,ordering,expected_revision,revision,replace");
	cgswap_chain *chain = model_chain(session, "web.slice", "egress");
	cgswap_program *program = model_program(session, "pin:/sys/fs/bpf/fw2");
	const struct cgswap_attach_opts early = { .sz = sizeof(early), .expected_revision = 4 };
	cgswap_replace *replace;
	bool has;

	expect_ok(cgswap_session_has(session, CGSWAP_FEATURE_REPLACE, &has),
		  "the session is asked for a disabled feature");
	ok(!has, "the feature is missing");
	expect_ok(cgswap_session_has(session, CGSWAP_FEATURE_LINK, &has), "the session is asked for another feature");
	ok(has, "that feature is present");
	is_int(cgswap_chain_get_revision(chain), 0, "a chain has no revision");
	EXPECT_CAUSE(cgswap_chain_attach(chain, program, &early), KERNEL_LACKS_FEATURE,
		     "an expected revision fails");
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction is created");
	EXPECT_CAUSE(cgswap_replace_add(replace, chain, "fw", program, NULL), KERNEL_LACKS_FEATURE,
		     "a replace fails");
	expect_ok(cgswap_chain_attach(chain, program, NULL), "a plain attach succeeds");
	names_are(chain, "fw count mark fw2", "the program is at the end");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void each_alone(void)
{
	bool missing = true;

	for (size_t i = 1; i <= cgswap_feature_get_count(); i++) {
		const char *name = cgswap_feature_get_name((enum cgswap_feature)i);
		cgswap_session *session = model_session(name);
		bool has = true;

		missing &= !cgswap_session_has(session, (enum cgswap_feature)i, &has) && !has;
		if (!missing)
			diag("%s", name);
		cgswap_session_unref(session);
	}
	ok(missing, "each feature can be missing alone");
}

/* With any features missing, the model still has its cgroups and programs. */
static void any_together(void)
{
	size_t sets = (size_t)1 << cgswap_feature_get_count(), made = 0;

	for (uint32_t set = 0; set < sets; set++) {
		struct kernel *kernel = kernel_model_new(set << 1);
		int id = -1;

		if (kernel && kernel_model_seed(kernel) == 0)
			id = kernel->ops->program_by_id(kernel, 3);
		made += id >= 0 && kernel_model_open_count(kernel) == 1;
		if (kernel)
			kernel->ops->free(kernel);
	}
	is_int((long long)made, (long long)sets, "any set of features can be missing");
}

int main(void)
{
	drop_privileges();
	without_ordering();
	without_links();
	without_types();
	in_a_session();
	each_alone();
	any_together();
	return done_testing();
}
