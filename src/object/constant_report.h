/* SPDX-License-Identifier: BSD-2-Clause */
/* The decisions on the constants of one load: which of two values the program has, and why. */
#ifndef CGSWAP_OBJECT_CONSTANT_REPORT_H
#define CGSWAP_OBJECT_CONSTANT_REPORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A constant whose values differ, or for which a choice was made. All texts are malloc'ed. */
struct reported_constant {
	char *name;
	char *value;        /* in the new program */
	char *old_value;    /* in the old program; NULL: it has none, or it is unknown */
	char *file_value;   /* in the new program's file; NULL: it was loaded already */
	const char *reason; /* a constant */
};

/* A constant of the old program that the new one does not have. */
struct dropped_constant {
	char *name, *value;
};

/*
 * A constant whose value a loader has set, now or in an earlier program, though it may be equal to
 * the file's. A record of the load has it, so that a later load does not take it for the file's.
 */
struct carried_constant {
	char *name, *value;
	bool known; /* false: a loader may have set it */
};

/* Shared by the steps of a transaction whose old programs have the same maps. */
struct constant_report {
	atomic_uint refs;
	uint32_t old_id; /* 0: no old program */
	bool compared;   /* the new program was loaded already, and no decision was made */
	size_t count, dropped_count, carried_count;
	struct reported_constant *items;
	struct dropped_constant *dropped;
	struct carried_constant *carried;
	/* the read-only data that is not the file's: all of it; empty: all is the file's */
	unsigned char *image;
	size_t image_size;
};

struct constant_report *constant_report_new(void); /* NULL: no memory */
struct constant_report *constant_report_ref(struct constant_report *report);
void constant_report_unref(struct constant_report *report);

/*
 * True if programs of one object that these reports are for have the same constants, and records of
 * their loads are the same; their hashes are the same then.
 */
bool constant_report_same(const struct constant_report *a, const struct constant_report *b);
uint64_t constant_report_hash(const struct constant_report *report);

/* NULL past the end, and for NULL. */
const struct reported_constant *constant_report_at(const struct constant_report *report,
						   size_t index);
const struct dropped_constant *constant_report_dropped_at(const struct constant_report *report,
							  size_t index);

#endif
