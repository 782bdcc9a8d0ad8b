/* SPDX-License-Identifier: BSD-2-Clause */
#include "leftovers.h"
#include "escape.h"
#include "json_record.h"

#include <stdio.h>
#include <string.h>

json_t *leftovers_json(const cgswap_clean *clean)
{
	json_t *o = json_object(), *list;

	o = json_finish(o,
			json_put_record(o, &record_clean, (struct record_place){ .h = clean }, 0));
	list = json_incref(json_object_get(o, "leftovers"));
	json_decref(o);
	return list;
}

json_t *leftovers_read(cgswap_session *session)
{
	cgswap_clean *clean;
	json_t *list;

	if (cgswap_clean_open(&clean, session) != CGSWAP_OK)
		return json_null();
	list = leftovers_json(clean);
	cgswap_clean_unref(clean);
	return list;
}

static void print_leftover(const char *what, const char *path)
{
	printf("%s of a killed process: ", what);
	escape_print(stdout, path);
	puts(" (to remove it: cgswap clean)");
}

void leftovers_print_pin(const char *path)
{
	print_leftover("temporary pin", path);
}

void leftovers_print(const json_t *list, const char *kind)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *of = json_string_value(json_object_get(one, "kind"));

		if (!kind || strcmp(kind, of) == 0)
			print_leftover(strcmp(of, "pin") == 0 ? "temporary pin" : "scratch cgroup",
				       json_string_value(json_object_get(one, "path")));
	}
}
