/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_class.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A program, or a map if the name is NULL. */
struct class_trait {
	const struct attach_type *type;
	char *name;
	struct load_key_map map; /* without the id */
};

struct load_class {
	struct load_class *next;
	size_t count;
	struct class_trait traits[];
};

static bool class_trait_is_program(const struct class_trait *trait,
				   const struct load_member *program)
{
	return trait->name && trait->type == program->type &&
	       strcmp(trait->name, program->name) == 0;
}

static bool class_trait_same(const struct class_trait *a, const struct class_trait *b)
{
	if (a->name || b->name)
		return a->name && b->name && a->type == b->type && strcmp(a->name, b->name) == 0;
	return a->map.kind == b->map.kind && a->map.naming == b->map.naming &&
	       a->map.always_new == b->map.always_new && strcmp(a->map.name, b->map.name) == 0;
}

static bool load_class_has(const struct load_class *class, const struct class_trait *trait)
{
	for (size_t i = 0; i < class->count; i++)
		if (class_trait_same(&class->traits[i], trait))
			return true;
	return false;
}

/* Both have no trait twice. */
static bool load_class_same(const struct load_class *a, const struct load_class *b)
{
	for (size_t i = 0; a->count == b->count && i < a->count; i++)
		if (!load_class_has(b, &a->traits[i]))
			return false;
	return a->count == b->count;
}

bool load_class_has_program(const struct load_class *class, const struct load_member *program)
{
	for (size_t i = 0; i < class->count; i++)
		if (class_trait_is_program(&class->traits[i], program))
			return true;
	return false;
}

bool load_class_has_origin(const struct load_class *class, const struct load_key_map *map)
{
	for (size_t i = 0; i < class->count; i++)
		if (!class->traits[i].name && load_key_same_origin(&class->traits[i].map, map))
			return true;
	return false;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void load_class_free(struct load_class *class)
{
	for (size_t i = 0; i < class->count; i++)
		free(class->traits[i].name);
	free(class);
}

/* The class has memory for one more trait. */
static int load_class_add(struct load_class *class, const struct class_trait *trait)
{
	struct class_trait *added = &class->traits[class->count];

	if (load_class_has(class, trait))
		return 0;
	*added = *trait;
	if (trait->name)
		added->name = strdup(trait->name);
	if (trait->name && !added->name)
		return -ENOMEM;
	class->count++;
	return 0;
}

static int load_class_fill(struct load_class *class, const struct load_class *old,
			   const struct load_member *program)
{
	const struct class_trait itself = { .type = program->type, .name = (char *)program->name };
	const struct load_key *key = program->key;
	int err = 0;

	for (size_t i = 0; !err && old && i < old->count; i++)
		err = load_class_add(class, &old->traits[i]);
	if (!err)
		err = load_class_add(class, &itself);
	for (size_t i = 0; !err && key->known && i < key->count; i++) {
		struct class_trait map = { .map = key->maps[i] };

		map.map.id = 0;
		err = load_class_add(class, &map);
	}
	return err;
}

int load_class_make(const struct load_class **out, struct load_class **list,
		    const struct load_class *old, const struct load_member *program)
{
	size_t count = (old ? old->count : 0) + 1 + program->key->count;
	struct load_class *class = calloc(1, sizeof(*class) + count * sizeof(*class->traits));
	struct load_class *known = *list;
	int err = class ? load_class_fill(class, old, program) : -ENOMEM;

	while (!err && known && !load_class_same(known, class))
		known = known->next;
	if (err || known) {
		if (class)
			load_class_free(class);
		*out = err ? old : known;
		return err;
	}
	class->next = *list;
	*list = class;
	*out = class;
	return 0;
}

void load_classes_free(struct load_class *list)
{
	struct load_class *class;

	while ((class = list)) {
		list = class->next;
		load_class_free(class);
	}
}
