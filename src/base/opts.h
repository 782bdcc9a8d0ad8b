/* SPDX-License-Identifier: BSD-2-Clause */
/* Option structs that grow: converts one of any version to this version's. */
#ifndef CGSWAP_BASE_OPTS_H
#define CGSWAP_BASE_OPTS_H

#include <stddef.h>

#include <cgswap.h>

#define OPTS_SIZE_TO(type, field) (offsetof(struct type, field) + sizeof(((struct type *)0)->field))

/*
 * The size that each struct had in version 0.1, to the last field it had then. These do not change
 * when a struct grows: programs that were built before pass the size of their own version.
 */
enum {
	OPTS_FIRST_SESSION = OPTS_SIZE_TO(cgswap_session_opts, state_dir),
	OPTS_FIRST_PROGRAM = OPTS_SIZE_TO(cgswap_program_opts, constants),
	OPTS_FIRST_OBJECT = OPTS_SIZE_TO(cgswap_object_opts, dry_run),
	OPTS_FIRST_ATTACH = OPTS_SIZE_TO(cgswap_attach_opts, reserved),
	OPTS_FIRST_DETACH = OPTS_SIZE_TO(cgswap_detach_opts, reserved),
	OPTS_FIRST_REPLACE = OPTS_SIZE_TO(cgswap_replace_opts, keep),
	OPTS_FIRST_STEP = OPTS_SIZE_TO(cgswap_step_opts, reserved),
	OPTS_FIRST_COMMIT = OPTS_SIZE_TO(cgswap_commit_opts, ignore_gone),
	OPTS_FIRST_RECOVER = OPTS_SIZE_TO(cgswap_recover_opts, reserved),
	OPTS_FIRST_UNDO = OPTS_SIZE_TO(cgswap_undo_opts, old_maps)
};

/*
 * Copies the caller's opts (or zeros, for NULL) into *to, of size bytes. Fails if the first field
 * is below first (one of the above) or above 4096, or if a byte beyond the known fields is
 * not 0.
 */
enum cgswap_status opts_take(void *to, size_t size, size_t first, const void *from);

/* Fail if the field of this name has no valid value. */
enum cgswap_status opts_check_preorder(enum cgswap_preorder preorder);
enum cgswap_status opts_check_maps(enum cgswap_map_policy maps);
enum cgswap_status opts_check_constants(enum cgswap_constant_policy constants);
enum cgswap_status opts_check_reserved(uint32_t reserved);

#endif
