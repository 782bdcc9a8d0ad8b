/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/constant_choice.h"

#include <string.h>

#include "base/error.h"

struct constant_choice constant_choice_read(const char *text)
{
	struct constant_choice choice = { .text = text, .name_length = strcspn(text, "=") };

	choice.kind = CONSTANT_CHOICE_VALUE;
	choice.value = text + choice.name_length + 1;
	if (*choice.value == '=') {
		choice.value++;
		choice.is_text = true;
	} else if (strcmp(choice.value, "old") == 0) {
		choice.kind = CONSTANT_CHOICE_OLD;
	} else if (strcmp(choice.value, "new") == 0) {
		choice.kind = CONSTANT_CHOICE_NEW;
	}
	return choice;
}

enum cgswap_status constant_choices_check(const char *const *choices)
{
	for (size_t i = 0; choices && choices[i]; i++) {
		size_t length = strcspn(choices[i], "=");

		if (!length || !choices[i][length])
			return error_bad_argument(
				"opts.constant_choices has '%.200s'{found}; expected NAME=old, "
				"NAME=new or NAME=VALUE",
				choices[i]);
		for (size_t j = 0; j < i; j++)
			if (strncmp(choices[i], choices[j], length + 1) == 0)
				return error_bad_argument(
					"opts.constant_choices has two choices for a constant: "
					"'%.200s'{found} and '%.200s'{found}",
					choices[j], choices[i]);
	}
	return CGSWAP_OK;
}

bool constant_choice_covers(const struct constant_choice *choice, const char *name)
{
	char after;

	if (strncmp(choice->text, name, choice->name_length) != 0)
		return false;
	after = name[choice->name_length];
	return !after || after == '.';
}

bool constant_choice_find(struct constant_choice *out, const char *const *choices, const char *name)
{
	size_t longest = 0;

	for (size_t i = 0; choices && choices[i]; i++) {
		struct constant_choice choice = constant_choice_read(choices[i]);

		if (choice.name_length <= longest || !constant_choice_covers(&choice, name))
			continue;
		longest = choice.name_length;
		*out = choice;
	}
	return longest > 0;
}
