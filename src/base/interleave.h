/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Points at which a test runs another thread, to make a race happen each time. A release build has
 * none: tests/handle/interleavings compiles the files that have points once more.
 */
#ifndef CGSWAP_BASE_INTERLEAVE_H
#define CGSWAP_BASE_INTERLEAVE_H

#ifdef CGSWAP_INTERLEAVE
extern void (*interleave_hook)(const char *point);

static inline void interleave_point(const char *point)
{
	interleave_hook(point);
}
#else
static inline void interleave_point(const char *point)
{
	(void)point;
}
#endif

#endif
