/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats one value of a BTF type as text. */
#include <bpf/btf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/metadata.h"
#include "base/text.h"
#include "object/btf_util.h"

enum { LONGEST_HEX = 256 }; /* the most bytes shown as hexadecimal digits */

static const char CUT[] = "...";

static char *metadata_hex(const unsigned char *bytes, size_t size)
{
	size_t most = size < LONGEST_HEX ? size : LONGEST_HEX;
	char *text = malloc(2 * most + sizeof(CUT));

	if (!text)
		return NULL;
	for (size_t i = 0; i < most; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	strcpy(text + 2 * most, most < size ? CUT : "");
	return text;
}

/* Reads an integer of 1, 2, 4 or 8 bytes; a signed one is extended to 64 bits. */
static bool metadata_read_integer(uint64_t *out, const unsigned char *bytes, size_t size,
				  bool is_signed)
{
	union {
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} raw;

	if (size != 1 && size != 2 && size != 4 && size != 8)
		return false;
	memcpy(&raw, bytes, size);
	switch (size) {
	case 1:
		*out = is_signed ? (uint64_t)(int8_t)raw.u8 : raw.u8;
		break;
	case 2:
		*out = is_signed ? (uint64_t)(int16_t)raw.u16 : raw.u16;
		break;
	case 4:
		*out = is_signed ? (uint64_t)(int32_t)raw.u32 : raw.u32;
		break;
	default:
		*out = raw.u64;
	}
	return true;
}

static char *metadata_number(uint64_t number, bool is_signed)
{
	char text[24];

	if (is_signed)
		snprintf(text, sizeof(text), "%" PRId64, (int64_t)number);
	else
		snprintf(text, sizeof(text), "%" PRIu64, number);
	return strdup(text);
}

/* Returns NULL and sets *odd if C has no such integer. */
static char *metadata_int(const struct btf_type *type, const unsigned char *bytes, bool *odd)
{
	uint8_t encoding = btf_int_encoding(type);
	uint64_t number;

	if (btf_int_offset(type) || btf_int_bits(type) != 8 * type->size ||
	    !metadata_read_integer(&number, bytes, type->size, encoding & BTF_INT_SIGNED)) {
		*odd = true;
		return NULL;
	}
	if ((encoding & BTF_INT_BOOL) && number <= 1)
		return strdup(number ? "true" : "false");
	return metadata_number(number, encoding & BTF_INT_SIGNED);
}

/* Returns the first name with this value, or else the number. */
static char *metadata_enum(const struct btf *btf, const struct btf_type *type,
			   const unsigned char *bytes, bool *odd)
{
	const struct btf_enum64 *wide = btf_is_enum64(type) ? btf_enum64(type) : NULL;
	const struct btf_enum *narrow = wide ? NULL : btf_enum(type);
	bool is_signed = btf_kflag(type);
	uint64_t number;

	if (!metadata_read_integer(&number, bytes, type->size, is_signed)) {
		*odd = true;
		return NULL;
	}
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		uint64_t value = wide        ? btf_enum64_value(&wide[i])
				 : is_signed ? (uint64_t)narrow[i].val
					     : (uint32_t)narrow[i].val;
		const char *name = btf_name(btf, wide ? wide[i].name_off : narrow[i].name_off);

		if (value == number && *name)
			return text_printable(name, strlen(name));
	}
	/* older compilers do not set the flag on any enum */
	return metadata_number(number, is_signed);
}

bool metadata_is_text(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_type *element;

	if (!btf_is_array(type))
		return false;
	element = btf_skip_modifiers(btf, btf_array(type)->type);
	return element && btf_is_int(element) && element->size == 1 &&
	       ((btf_int_encoding(element) & BTF_INT_CHAR) ||
		strcmp(btf_name(btf, element->name_off), "char") == 0);
}

char *metadata_text(const struct btf *btf, uint32_t id, const void *bytes, size_t size)
{
	const struct btf_type *type = btf_skip_modifiers(btf, id);
	bool odd = false;
	char *text = NULL;

	if (type && metadata_is_text(btf, type)) {
		size_t length = btf_array(type)->nelems;

		return text_printable(bytes, length < size ? length : size);
	}
	if (type && btf_is_int(type) && type->size <= size)
		text = metadata_int(type, bytes, &odd);
	else if (type && btf_is_any_enum(type) && type->size <= size)
		text = metadata_enum(btf, type, bytes, &odd);
	else
		odd = true;
	return odd ? metadata_hex(bytes, size) : text;
}
