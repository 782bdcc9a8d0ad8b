/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Temporary pins. One lies beside a pin while that is swapped, and only while its directory is
 * locked: another process that has the lock knows that the maker of a temporary pin was killed. The
 * name says what is to be pinned instead of what, and where: "cgswap_p12_p9_firewall" has program
 * 12 for 'firewall', in place of program 9. The functions return 0 or a negative errno.
 */
#ifndef CGSWAP_PROGRAM_PIN_TEMP_H
#define CGSWAP_PROGRAM_PIN_TEMP_H

#include "kernel/kernel.h"

/* The object that is pinned. */
struct pin_object {
	char kind; /* 'p'rogram, 'l'ink, 'm'ap; 0: nothing */
	uint32_t id;
};

bool pin_object_same(struct pin_object a, struct pin_object b);

/* Returns 0 also if nothing is pinned at the path. */
int pin_object_read(struct pin_object *out, struct kernel *kernel, const char *path);

enum { PIN_TEMP_EXTRA = 32, PIN_NAME_MAX = 255 };

/* Writes a path, at most PIN_TEMP_EXTRA longer than the other with the NUL; a long name is cut. */
void pin_temp_name(char *temp, const char *path, struct pin_object new, struct pin_object old);

/* Reads the name of a file. *name is the name of the pin, cut if the file's is as long as can be.
 */
bool pin_temp_parse(const char *file, struct pin_object *new, struct pin_object *old,
		    const char **name);

/* Locks the directory of a pin: a descriptor for pin_unlock(), or -EBUSY after a second. */
int pin_temp_lock(struct kernel *kernel, const char *path);

/*
 * The rest is for the holder of the lock. Puts a temporary pin of the new object at a path in place
 * of the old one. Returns -EEXIST, with all as it was, if another process pinned something else
 * there.
 */
int pin_temp_exchange(struct kernel *kernel, const char *temp, const char *path,
		      struct pin_object new, struct pin_object old);

/*
 * Removes the pin of an object, which the caller made; leaves what another process pinned there
 * instead. staged is a temporary pin of the object, or NULL; true if it is gone too.
 */
bool pin_temp_remove(struct kernel *kernel, const char *path, struct pin_object object,
		     const char *staged);

#endif
