/* SPDX-License-Identifier: BSD-2-Clause */
/* A selector, parsed, and compared with the name and tag of a program. */
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
	const char *given; /* the whole of it, for messages */
	const char *text;  /* name, tag or path, within given */
	uint32_t number;   /* id, link or position */
	int fd;
};

/* bad_argument where given is not a selector. */
enum cgswap_status selector_parse(struct selector *out, const char *given);

/* True for a program that a name or tag selector means. */
bool selector_fits(const struct selector *selector, const char *kernel_name, const char *full_name,
		   const char *tag);

#endif
