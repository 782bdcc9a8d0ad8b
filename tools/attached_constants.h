/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_TOOLS_ATTACHED_CONSTANTS_H
#define CGSWAP_TOOLS_ATTACHED_CONSTANTS_H

#include "commands.h"

#include <stdint.h>

/*
 * With --unless-attached and --constant: a program of the same name and tag that is attached may
 * have been loaded with other constants. Refuses if one that was given differs.
 */
enum exit_status check_attached_constants(const struct options *options, cgswap_session *session,
					  cgswap_chain *chain, cgswap_program *program,
					  uint32_t attached_id);

#endif
