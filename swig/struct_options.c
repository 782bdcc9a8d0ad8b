/* SPDX-License-Identifier: BSD-2-Clause */
#include "struct_options.h"

#include <string.h>

#include <cgswap.h>

#define STRUCT(tag) static const struct struct_option options_of_##tag[] = {
#define FIELD(tag, its_type, field)                                                                \
	{ #field, #its_type, offsetof(struct tag, field), sizeof(((struct tag *)0)->field) },
#define END_STRUCT(tag, last)                                                                      \
	{                                                                                          \
		NULL, NULL, 0, 0                                                                   \
	}                                                                                          \
	}                                                                                          \
	;
#include "abi/abi.def"

static const struct {
	const char *tag;
	const struct struct_option *options;
} option_structs[] = {
#define STRUCT(tag) { #tag, options_of_##tag },
#include "abi/abi.def"
};

const struct struct_option *struct_options(const char *tag)
{
	for (size_t i = 0; i < sizeof(option_structs) / sizeof(option_structs[0]); i++)
		if (!strcmp(option_structs[i].tag, tag))
			return option_structs[i].options;
	return NULL;
}

enum option_kind struct_option_kind(const struct struct_option *option)
{
	if (!strcmp(option->type, "const char *"))
		return OPTION_TEXT;
	if (!strcmp(option->type, "const char *const *"))
		return OPTION_LIST;
	return strchr(option->type, '*') || strstr(option->type, "_fn") ? OPTION_OTHER
									: OPTION_NUMBER;
}

void struct_option_set_pointer(void *opts, const struct struct_option *option, const void *value)
{
	memcpy((char *)opts + option->offset, &value, sizeof(value));
}

bool struct_option_set_number(void *opts, const struct struct_option *option, int64_t number)
{
	bool is_signed = !strcmp(option->type, "int32_t");
	int32_t small = (int32_t)number;

	if (option->size == sizeof(number)) {
		memcpy((char *)opts + option->offset, &number, sizeof(number));
		return true;
	}
	if (number < (is_signed ? INT32_MIN : 0) || number > (is_signed ? INT32_MAX : UINT32_MAX))
		return false;
	memcpy((char *)opts + option->offset, &small, sizeof(small));
	return true;
}
