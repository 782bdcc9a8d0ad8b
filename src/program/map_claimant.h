/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that claim paths for their maps; for map_claim.c and map_pin.c, under their lock. */
#ifndef CGSWAP_PROGRAM_MAP_CLAIMANT_H
#define CGSWAP_PROGRAM_MAP_CLAIMANT_H

#include "program/map_claim.h"

/* A program with claims; several handles of it have claims of their own. */
struct map_claimant {
	struct kernel *kernel;
	uint32_t program_id;
	struct map_claim *claims;
};

struct map_claimant *map_claimant_find(struct kernel *kernel, uint32_t program_id);

/* Finds the program, or adds it without a claim. NULL: no memory. */
struct map_claimant *map_claimant_get(struct kernel *kernel, uint32_t program_id);

/* Adds and removes a claim; a program without any is freed. */
void map_claimant_add(struct map_claimant *claimant, struct map_claim *claim);
void map_claimant_remove(struct map_claim *claim);
void map_claimant_free_unused(struct map_claimant *claimant);

#endif
