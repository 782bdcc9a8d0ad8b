/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses a selector, and compares it with the name and tag of a program. */
#ifndef CGSWAP_CHAIN_SELECTOR_H
#define CGSWAP_CHAIN_SELECTOR_H

#include <cgswap.h>

enum selector_form {
	SELECT_ID,
	SELECT_NAME,
	SELECT_TAG,
	SELECT_PIN,
	SELECT_LINK,
	SELECT_POSITION,
	SELECT_FD
};

struct selector {
	enum selector_form form;
	const char *given; /* the whole selector, for messages */
	const char *text;  /* name, tag or path, within given */
	uint32_t number;   /* id, link or position */
	int fd;
};

/* Fails with bad_argument if given is not a selector. */
enum cgswap_status selector_parse(struct selector *out, const char *given);

/* True if a name or tag selector matches the program. */
bool selector_fits(const struct selector *selector, const char *kernel_name, const char *full_name,
		   const char *tag);

#endif
