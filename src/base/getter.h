/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A public getter that reads one member of an element in a list of a handle. The element is missing
 * past the end of the list, and in NULL or a closed handle.
 */
#ifndef CGSWAP_BASE_GETTER_H
#define CGSWAP_BASE_GETTER_H

#include <stddef.h>

/*
 * at(handle, index) returns the element, or NULL. value is an expression of `it`, the element; none
 * is the result if there is none.
 */
#define GETTER(result, function, type, at, value, none)                                            \
	result function(const type *handle, size_t index)                                          \
	{                                                                                          \
		__auto_type it = at(handle, index);                                                \
                                                                                                   \
		return it ? (value) : (none);                                                      \
	}

#endif
