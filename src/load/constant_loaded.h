/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_LOAD_CONSTANT_LOADED_H
#define CGSWAP_LOAD_CONSTANT_LOADED_H

#include "load/btf_memo.h"
#include "object/constant_report.h"
#include "program/program.h"

/*
 * Compares the constants of two loaded programs: the new one's cannot be set any more, but a value
 * that differs from the old one's is reported. *out is NULL if none does, or if they cannot be
 * read; else the caller unrefs it.
 */
enum cgswap_status constant_compare_loaded(struct constant_report **out, const struct program *old,
					   const struct program *new, struct btf_memo *btfs);

#endif
