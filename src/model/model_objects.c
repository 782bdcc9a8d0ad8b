/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs, maps and links of a simulated kernel: their ids and references. */
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

static struct model_table *model_table_of(struct kernel_model *model, enum kernel_kind kind)
{
	switch (kind) {
	case KERNEL_IS_PROGRAM:
		return &model->programs;
	case KERNEL_IS_MAP:
		return &model->maps;
	default:
		return &model->links;
	}
}

struct model_object *model_object_by_id(struct kernel_model *model, enum kernel_kind kind,
					uint32_t id)
{
	const struct model_table *table = model_table_of(model, kind);

	return id && id < table->next ? table->objects[id] : NULL;
}

struct model_object *model_object_new(struct kernel_model *model, enum kernel_kind kind,
				      size_t size, model_object_free_fn *free)
{
	struct model_table *table = model_table_of(model, kind);
	struct model_object *object;

	if (table->next >= table->capacity) {
		uint32_t capacity = table->capacity ? table->capacity * 2 : 64;
		struct model_object **objects = realloc(table->objects,
							capacity * sizeof(*objects));

		if (!objects)
			return NULL;
		memset(objects + table->capacity, 0,
		       (capacity - table->capacity) * sizeof(*objects));
		table->objects = objects;
		table->capacity = capacity;
	}
	object = calloc(1, size);
	if (!object)
		return NULL;
	object->kind = kind;
	object->free = free;
	object->refs = 1;
	object->id = table->next++;
	table->objects[object->id] = object;
	return object;
}

void model_ref(struct model_object *object)
{
	object->refs++;
}

void model_unref(struct kernel_model *model, struct model_object *object)
{
	if (--object->refs)
		return;
	model_table_of(model, object->kind)->objects[object->id] = NULL;
	object->free(model, object);
	free(object);
}
