/* SPDX-License-Identifier: BSD-2-Clause */
/* The nouns of the handles: H(noun, NOUN) for each. */
#ifndef CGSWAP_HANDLES_H
#define CGSWAP_HANDLES_H

/* clang-format off */
#define CG_HANDLES(H)                                                                              \
	H(session, SESSION)                                                                        \
	H(chain, CHAIN)                                                                            \
	H(program, PROGRAM)                                                                        \
	H(replace, REPLACE)                                                                        \
	H(object, OBJECT)                                                                          \
	H(journal, JOURNAL)                                                                        \
	H(history, HISTORY)                                                                        \
	H(find, FIND)                                                                              \
	H(clean, CLEAN)
/* clang-format on */

#define CG_UNREF(noun, NOUN)                                                                       \
	case CG_##NOUN:                                                                            \
		cgswap_##noun##_unref(handle);                                                     \
		break;

#endif
