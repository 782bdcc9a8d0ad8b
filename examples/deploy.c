/* SPDX-License-Identifier: BSD-2-Clause */
/* Deploys all programs of an object: deploy CGROUP OBJECT attaches them, or replaces the version that is
 * attached, with its maps. For instance deploy /sys/fs/cgroup/web.slice policy_v2.bpf.o */
#include <cgswap.h>

#include <stdio.h>

/* Each program replaces the entry of its name, all or none. */
static enum cgswap_status replace_all(cgswap_replace **out, cgswap_session *session,
				      cgswap_object *object, const char *cgroup)
{
	enum cgswap_status status = cgswap_replace_new(out, session, NULL);

	if (!status)
		status = cgswap_replace_add_object(*out, cgroup, object, NULL);
	if (!status)
		status = cgswap_replace_commit(*out, NULL);
	if (status) {
		/* Dropping a handle never changes the attached programs, nor the last error. */
		cgswap_replace_unref(*out);
		*out = NULL;
	}
	return status;
}

static enum cgswap_status deploy(cgswap_session *session, const char *cgroup, const char *file)
{
	cgswap_replace *done = NULL;
	cgswap_object *object;
	enum cgswap_status status;

	status = cgswap_object_open(&object, session, file);
	if (status)
		return status;
	status = replace_all(&done, session, object, cgroup);
	/* A cgroup that has some of the programs is left alone: attach refuses it with their list. */
	if (status == CGSWAP_E_NOT_ATTACHED)
		status = cgswap_object_attach(&done, object, cgroup, NULL);
	for (size_t i = 0; i < cgswap_replace_get_length(done); i++) {
		const cgswap_step *step = cgswap_replace_get_step(done, i);

		printf("%s: %u replaces %u at position %zu\n",
		       cgswap_chain_get_attach_type(cgswap_step_get_chain(step)),
		       cgswap_step_get_new_id(step), cgswap_step_get_old_id(step),
		       cgswap_step_get_position(step));
	}
	cgswap_replace_unref(done);
	cgswap_object_unref(object);
	return status;
}

int main(int argc, char **argv)
{
	cgswap_session *session;
	enum cgswap_status status;

	if (argc != 3) {
		fprintf(stderr, "usage: deploy CGROUP OBJECT\n");
		return 2;
	}
	status = cgswap_session_open(&session, NULL);
	if (!status)
		status = deploy(session, argv[1], argv[2]);
	if (status)
		fprintf(stderr, "deploy: %s\n", cgswap_error_get_message(cgswap_last_error()));
	cgswap_session_unref(session);
	return status ? 1 : 0;
}
