/* SPDX-License-Identifier: BSD-2-Clause */
/* Random changes of chains by another process, and what they leave; for foreign_writer.c. */
#ifndef TESTS_RACE_FOREIGN_CHANGES_H
#define TESTS_RACE_FOREIGN_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

enum { CGROUPS = 24, LINKS = 8, FOREIGN = 6, ENTRIES = 16 };

/* The entry of the transaction, which has the old or the new program. Others are foreign programs. */
enum { OURS = FOREIGN };

/* A chain as the writer made it. */
struct known {
	uint8_t entries[ENTRIES];
	unsigned count;
	int by_link;    /* the foreign program that the link has; -1: none */
	bool touched;   /* our entry, in any way */
	bool took_old;  /* it was taken off or over while it had the old program */
	bool took_new;  /* the same with the new one */
	bool took_any;  /* the same, and the kernel does not say which one it had */
};

enum kind { APPEND, PREPEND, REMOVE, TAKE_OFF, TAKE_OVER, OFF_AND_ON, KINDS };

struct change {
	enum kind kind;
	unsigned chain, program;
	unsigned at; /* the progress from which on it is made */
};

/* The first LINKS of the chains have a link for the entry of the transaction. */
struct writer {
	int cgroups[CGROUPS], links[LINKS];
	int old, new, foreign[FOREIGN];
	bool can_prepend;
	struct known *chains; /* in memory that both processes see */
};

extern struct writer writer;

/* Makes a change, unless the chain does not allow it any more, and notes what it did. */
void writer_make_change(const struct change *change);

#endif
