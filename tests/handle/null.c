/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With NULL for a pointer, every status call gives bad_argument and every getter an empty value.
 * Needs no privilege.
 */
#include "../lib/expect.h"
#include "../lib/tap.h"

#include <stdint.h>

static const uintptr_t poison = ~(uintptr_t)0;

static void status_calls(void)
{
	cgswap_session *session = (cgswap_session *)poison;
	cgswap_chain *chain = (cgswap_chain *)poison;
	cgswap_program *program = (cgswap_program *)poison;
	cgswap_replace *replace = (cgswap_replace *)poison;
	size_t position = 7;
	bool out = true;

	EXPECT_CAUSE(cgswap_session_open(NULL, NULL), BAD_ARGUMENT, "session_open");
	EXPECT_CAUSE(cgswap_session_close(NULL), BAD_ARGUMENT, "session_close");
	EXPECT_CAUSE(cgswap_session_has(NULL, CGSWAP_FEATURE_MULTI, &out), BAD_ARGUMENT, "has");
	ok(!out, "the out parameter is false");
	out = true;
	EXPECT_CAUSE(cgswap_session_has_attach_type(NULL, "egress", &out), BAD_ARGUMENT,
		     "has_attach_type");
	ok(!out, "the out parameter is false");
	EXPECT_CAUSE(cgswap_session_set_log(NULL, NULL, NULL, NULL), BAD_ARGUMENT, "set_log");
	EXPECT_CAUSE(cgswap_session_walk(NULL, NULL, NULL, NULL), BAD_ARGUMENT, "walk");
	EXPECT_CAUSE(cgswap_program_open(&program, NULL, "id:1", NULL), BAD_ARGUMENT, "program");
	EXPECT_CAUSE(cgswap_program_close(NULL), BAD_ARGUMENT, "program_close");
	EXPECT_CAUSE(cgswap_chain_open(&chain, NULL, "/", "egress"), BAD_ARGUMENT, "chain");
	EXPECT_CAUSE(cgswap_chain_close(NULL), BAD_ARGUMENT, "chain_close");
	EXPECT_CAUSE(cgswap_chain_read(NULL), BAD_ARGUMENT, "read");
	EXPECT_CAUSE(cgswap_chain_describe(NULL, 0), BAD_ARGUMENT, "describe");
	EXPECT_CAUSE(cgswap_chain_read_effective(NULL), BAD_ARGUMENT, "read_effective");
	EXPECT_CAUSE(cgswap_chain_find(NULL, "pos:0", &position), BAD_ARGUMENT, "find");
	is_int(position, 0, "the out parameter is 0");
	EXPECT_CAUSE(cgswap_chain_attach(NULL, NULL, NULL), BAD_ARGUMENT, "attach");
	EXPECT_CAUSE(cgswap_chain_detach(NULL, NULL, NULL), BAD_ARGUMENT, "detach");
	EXPECT_CAUSE(cgswap_replace_new(&replace, NULL, NULL), BAD_ARGUMENT, "replace_new");
	EXPECT_CAUSE(cgswap_replace_close(NULL), BAD_ARGUMENT, "replace_close");
	EXPECT_CAUSE(cgswap_replace_add(NULL, NULL, NULL, NULL, NULL), BAD_ARGUMENT, "add");
	EXPECT_CAUSE(cgswap_replace_add_source(NULL, NULL, NULL, NULL, NULL), BAD_ARGUMENT,
		     "add_source");
	EXPECT_CAUSE(cgswap_replace_check(NULL), BAD_ARGUMENT, "check");
	EXPECT_CAUSE(cgswap_replace_commit(NULL, NULL), BAD_ARGUMENT, "commit");
	EXPECT_CAUSE(cgswap_replace_rollback(NULL), BAD_ARGUMENT, "rollback");
	ok(!program && !chain && !replace, "out parameters are NULL");
	EXPECT_CAUSE(cgswap_session_open(&session, &(struct cgswap_session_opts){ .sz = 1 }),
		     BAD_ARGUMENT, "session_open with bad options");
	ok(!session, "the out parameter is NULL with bad options");
}

static void void_calls(void)
{
	cgswap_session_unref(NULL);
	cgswap_chain_unref(NULL);
	cgswap_program_unref(NULL);
	cgswap_replace_unref(NULL);
	cgswap_replace_cancel(NULL);
	cgswap_error_free(NULL);
	ok(!cgswap_session_ref(NULL) && !cgswap_chain_ref(NULL) && !cgswap_program_ref(NULL) &&
		   !cgswap_replace_ref(NULL),
	   "a reference to NULL is NULL");
}

static void getters(void)
{
	ok(!cgswap_error_get_status(NULL) && !cgswap_error_get_cause(NULL) &&
		   !cgswap_error_get_errno(NULL),
	   "numbers of a NULL error");
	is_str(cgswap_error_get_operation(NULL), "", "operation");
	is_str(cgswap_error_get_message(NULL), "", "message");
	is_str(cgswap_error_get_remedy(NULL), "", "remedy");
	is_str(cgswap_error_get_log(NULL), "", "log");
	is_int(cgswap_cause_get_by_name(NULL), CGSWAP_CAUSE_NONE, "the cause of a NULL name");
	is_str(cgswap_session_get_probe(NULL, CGSWAP_FEATURE_MULTI), "", "probe");
	is_str(cgswap_session_get_kernel(NULL), "", "kernel");
	is_str(cgswap_session_get_cgroup_root(NULL), "", "cgroup root");
	is_str(cgswap_session_get_bpffs(NULL), "", "bpffs");
	is_int(cgswap_program_get_id(NULL), 0, "program id");
	is_int(cgswap_program_get_fd(NULL), -1, "program descriptor");
	is_str(cgswap_program_get_name(NULL), "", "program name");
	is_str(cgswap_program_get_tag(NULL), "", "program tag");
	is_str(cgswap_program_get_type(NULL), "", "program type");
	ok(!cgswap_chain_get_length(NULL) && !cgswap_chain_get_revision(NULL) &&
		   !cgswap_chain_get_cgroup_id(NULL) && !cgswap_chain_get_mode(NULL) &&
		   !cgswap_chain_get_certain(NULL) &&
		   !cgswap_chain_get_effective_length(NULL) &&
		   !cgswap_chain_get_effective_id(NULL, 0) && !cgswap_chain_get_entry(NULL, 0),
	   "numbers of a NULL chain");
	is_str(cgswap_chain_get_cgroup(NULL), "", "chain's cgroup");
	is_str(cgswap_chain_get_attach_type(NULL), "", "chain's attach type");
	ok(!cgswap_entry_get_position(NULL) && !cgswap_entry_get_id(NULL) &&
		   !cgswap_entry_get_link_id(NULL) && !cgswap_entry_get_preorder(NULL) &&
		   !cgswap_entry_get_loaded_at(NULL) && !cgswap_entry_get_uid(NULL) &&
		   !cgswap_entry_get_map_count(NULL) && !cgswap_entry_get_map_id(NULL, 0) &&
		   !cgswap_entry_get_run_count(NULL) && !cgswap_entry_get_run_time_ns(NULL),
	   "numbers of a NULL entry");
	is_str(cgswap_entry_get_name(NULL), "", "entry's name");
	is_str(cgswap_entry_get_tag(NULL), "", "entry's tag");
	is_str(cgswap_entry_get_type(NULL), "", "entry's type");
	ok(!cgswap_replace_get_length(NULL) && !cgswap_replace_get_step(NULL, 0) &&
		   !cgswap_step_get_chain(NULL) && !cgswap_step_get_position(NULL) &&
		   !cgswap_step_get_old_id(NULL) && !cgswap_step_get_new_id(NULL) &&
		   !cgswap_step_get_state(NULL) && !cgswap_step_get_verified(NULL) &&
		   !cgswap_step_get_certain(NULL) &&
		   !cgswap_step_get_probe_attached(NULL) &&
		   !cgswap_step_get_cause(NULL) && !cgswap_step_get_revision(NULL) &&
		   !cgswap_step_get_map_count(NULL) && !cgswap_step_get_map_id(NULL, 0) &&
		   !cgswap_step_get_map_kept(NULL, 0) && !cgswap_step_get_dropped_map_count(NULL) &&
		   !cgswap_step_get_dropped_map_id(NULL, 0),
	   "numbers of a NULL transaction and step");
	is_str(cgswap_step_get_map_name(NULL, 0), "", "step's map name");
	is_str(cgswap_step_get_dropped_map_name(NULL, 0), "", "step's dropped map name");
}

int main(void)
{
	status_calls();
	void_calls();
	getters();
	return done_testing();
}
