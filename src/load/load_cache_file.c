/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a cache, and the one that its session keeps for the next call. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "load/load_cache_find.h"

enum { LARGEST_KEPT = 1 << 20 };

static bool cache_file_has_path(const void *file, const void *path)
{
	return strcmp(((const struct load_cache_file *)file)->path, path) == 0;
}

/* borrowed: the bytes stay the caller's; otherwise the cache takes them, unless this fails. */
static enum cgswap_status cache_add_file(struct load_cache_file **out, struct load_cache *cache,
					 const char *path, const struct object_file *read,
					 bool borrowed)
{
	struct load_cache_file *file = calloc(1, sizeof(*file) + strlen(path) + 1);

	if (!file || hash_index_reserve(&cache->files, 1)) {
		free(file);
		return error_no_memory();
	}
	strcpy(file->path, path);
	file->file = *read;
	file->borrowed = borrowed;
	hash_index_add(&cache->files, hash_text(path), file);
	*out = file;
	return CGSWAP_OK;
}

enum cgswap_status load_cache_add_file(struct load_cache *cache, const char *path,
				       const struct object_file *read)
{
	struct load_cache_file *file;

	return cache_add_file(&file, cache, path, read, true);
}

static void cache_free_file(void *item)
{
	struct load_cache_file *file = item;

	if (file->keep && file->file.size <= LARGEST_KEPT) {
		object_file_free(file->keep);
		*file->keep = file->file;
	} else if (!file->borrowed) {
		object_file_free(&file->file);
	}
	free(file);
}

enum cgswap_status load_cache_read_file(struct load_cache_file **out, struct load_cache *cache,
					const char *path, struct object_file *keep)
{
	struct object_file read;
	enum cgswap_status status;

	*out = hash_index_find(&cache->files, hash_text(path), cache_file_has_path, path);
	if (*out)
		return CGSWAP_OK;
	status = object_file_read(&read, path, keep);
	if (status)
		return status;
	status = cache_add_file(out, cache, path, &read, false);
	if (status)
		object_file_free(&read);
	else
		(*out)->keep = keep;
	return status;
}

void load_cache_free_files(struct load_cache *cache)
{
	hash_index_free(&cache->files, cache_free_file);
}
