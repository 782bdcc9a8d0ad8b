/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include "../lib/tap.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *type;
	enum kind kind;
} plain[] = {
	{ "void", KIND_VOID },         { "bool", KIND_BOOL },        { "int", KIND_INT },
	{ "int32_t", KIND_INT },       { "unsigned", KIND_UINT },    { "uint32_t", KIND_UINT },
	{ "int64_t", KIND_INT64 },     { "uint64_t", KIND_UINT64 },  { "size_t", KIND_SIZE },
	{ "const char *", KIND_STRING }, { "void *", KIND_USER },    { "bool *", KIND_OUT },
	{ "size_t *", KIND_OUT },      { "int *", KIND_OUT },       { "const char *const *", KIND_LIST },
};

size_t kind_size(enum kind kind)
{
	switch (kind) {
	case KIND_BOOL:
		return sizeof(bool);
	case KIND_INT:
	case KIND_ENUM:
	case KIND_UINT:
		return sizeof(int);
	case KIND_INT64:
	case KIND_UINT64:
		return sizeof(int64_t);
	case KIND_SIZE:
		return sizeof(size_t);
	default:
		return sizeof(void *);
	}
}

/* On i386 a field of 8 bytes is aligned to 4. */
static size_t kind_alignment(enum kind kind)
{
	struct wide {
		char before;
		uint64_t field;
	};
	size_t size = kind_size(kind);

	return size == sizeof(uint64_t) ? offsetof(struct wide, field) : size;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	return length >= wanted && !strcmp(text + length - wanted, end);
}

static bool begins_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static bool is_opaque(const struct abi *abi, const char *base)
{
	for (size_t i = 0; i < abi->opaque_count; i++)
		if (!strcmp(abi->opaque[i], base))
			return true;
	return false;
}

static enum kind kind_of(const struct abi *abi, const struct declared *declared)
{
	const char *type = declared->type;

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (!strcmp(type, plain[i].type))
			return plain[i].kind;
	if (is_opaque(abi, declared->base))
		return ends_with(type, " **") ? KIND_OUT :
		       ends_with(type, " *")  ? KIND_HANDLE :
						KIND_UNKNOWN;
	if (begins_with(type, "enum "))
		return KIND_ENUM;
	if (begins_with(type, "const struct ") && ends_with(type, "_opts *"))
		return KIND_OPTS;
	if (ends_with(type, "_fn"))
		return KIND_CALLBACK;
	return KIND_UNKNOWN;
}

/* The significant word of a type. */
static void take_base(struct declared *declared)
{
	char words[64], *rest = words, *word;

	memcpy(words, declared->type, sizeof(words));
	while ((word = strsep(&rest, " *")) != NULL)
		if (*word && strcmp(word, "const") && strcmp(word, "struct") && strcmp(word, "enum"))
			snprintf(declared->base, sizeof(declared->base), "%s", word);
}

/* Parses a type with the name at its end: "const struct cgswap_session_opts *opts". */
static void take_declared(const struct abi *abi, struct declared *declared, const char *text,
			  size_t length)
{
	size_t name = length, out = 0;

	memset(declared, 0, sizeof(*declared));
	while (name > 0 && (isalnum((unsigned char)text[name - 1]) || text[name - 1] == '_'))
		name--;
	for (size_t i = 0; i < name && out + 2 < sizeof(declared->type); i++) {
		bool star = text[i] == '*' && out && declared->type[out - 1] != '*' &&
			    declared->type[out - 1] != ' ';

		if (star)
			declared->type[out++] = ' ';
		if (text[i] != ' ' || (out && declared->type[out - 1] != ' '))
			declared->type[out++] = text[i];
	}
	while (out && declared->type[out - 1] == ' ')
		declared->type[--out] = '\0';
	snprintf(declared->name, sizeof(declared->name), "%.*s", (int)(length - name), text + name);
	take_base(declared);
	declared->kind = kind_of(abi, declared);
	if (declared->kind == KIND_UNKNOWN || !*declared->name)
		bail_out("cannot parse '%.*s'", (int)length, text);
}

static void take_function(struct abi *abi, const char *line)
{
	struct function *function = &abi->functions[abi->function_count++];
	const char *open = strchr(line, '('), *close = strrchr(line, ')'), *at;

	if (!open || !close || strcmp(close, ");") || abi->function_count == TEXT_FUNCTIONS)
		bail_out("not a function: '%s'", line);
	take_declared(abi, &function->result, line, open - line);
	if (!strcmp(open, "(void);"))
		return;
	for (at = open + 1; at < close; at += strcspn(at, ",)") + 1) {
		at += strspn(at, " ");
		if (function->count == TEXT_PARAMS)
			bail_out("too many parameters: '%s'", line);
		take_declared(abi, &function->params[function->count++], at, strcspn(at, ",)"));
	}
}

static void take_field(struct abi *abi, const char *line)
{
	struct structure *structure = &abi->structs[abi->struct_count - 1];
	struct declared *field = &structure->fields[structure->count++];
	size_t alignment;

	if (structure->count == TEXT_FIELDS || !ends_with(line, ";"))
		bail_out("not a field: '%s'", line);
	take_declared(abi, field, line, strlen(line) - 1);
	alignment = kind_alignment(field->kind);
	field->offset = (structure->size + alignment - 1) / alignment * alignment;
	structure->size = field->offset + kind_size(field->kind);
}

static void take_typedef(struct abi *abi, const char *line)
{
	char tag[64], type[64];

	if (sscanf(line, "typedef struct %63s %63[a-z_];", tag, type) != 2)
		return;
	if (strcmp(tag, type) || abi->opaque_count == TEXT_STRUCTS)
		bail_out("not an opaque type: '%s'", line);
	memcpy(abi->opaque[abi->opaque_count++], type, sizeof(type));
}

static void take_line(struct abi *abi, char *line)
{
	static char inside; /* 's' in a struct, 'e' in an enum */

	if (!strcmp(line, "};")) {
		inside = '\0';
	} else if (inside == 's') {
		take_field(abi, line + strspn(line, "\t "));
	} else if (ends_with(line, " {")) {
		inside = line[0];
		if (inside == 's' && abi->struct_count < TEXT_STRUCTS)
			sscanf(line, "struct %63s", abi->structs[abi->struct_count++].tag);
	} else if (begins_with(line, "typedef ")) {
		take_typedef(abi, line);
	} else if (!inside) {
		take_function(abi, line);
	}
}

void text_read(struct abi *abi, const char *text)
{
	char *copy = strdup(text), *rest = copy, *line;

	if (!copy)
		bail_out("out of memory");
	memset(abi, 0, sizeof(*abi));
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line)
			take_line(abi, line);
	free(copy);
}

const struct structure *text_struct(const struct abi *abi, const char *tag)
{
	for (size_t i = 0; i < abi->struct_count; i++)
		if (!strcmp(abi->structs[i].tag, tag))
			return &abi->structs[i];
	bail_out("the text has no struct '%s'", tag);
}
