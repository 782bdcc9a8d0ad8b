/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of constants as text, and from text. */
#include <bpf/btf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/btf_util.h"
#include "object/constant.h"
#include "object/metadata.h"

static const char HEX[] = "hex:";

/* ---- integers -------------------------------------------------------------------------------- */

/* An integer type, or that of an enum. */
struct constant_integer {
	unsigned bits;
	bool is_signed, is_unsigned; /* both, for an enum of an older compiler */
};

static bool constant_is_integer(struct constant_integer *out, const struct constant *constant,
				const struct btf_type *type)
{
	*out = (struct constant_integer){ .bits = constant->bits ? constant->bits
								 : 8 * constant->size };
	if (type && btf_is_int(type)) {
		out->is_signed = btf_int_encoding(type) & BTF_INT_SIGNED;
		out->is_unsigned = !out->is_signed;
	} else if (type && btf_is_any_enum(type)) {
		out->is_signed = true;
		out->is_unsigned = !btf_kflag(type);
	} else {
		return false;
	}
	return constant->bits || (constant->size == type->size && out->bits <= 64 &&
				  (type->size & (type->size - 1)) == 0);
}

static uint64_t constant_integer_mask(unsigned bits)
{
	return bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
}

/* The bytes of an integer of this size, as this machine orders them. */
static void constant_put_integer(unsigned char *bytes, size_t size, uint64_t value)
{
	for (size_t i = 0; i < size; i++) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		bytes[i] = (unsigned char)(value >> 8 * i);
#else
		bytes[size - 1 - i] = (unsigned char)(value >> 8 * i);
#endif
	}
}

static void constant_write_integer(const struct constant *constant, unsigned char *section,
				   uint64_t value)
{
	if (constant->bits)
		constant_set_bits(constant, section, value);
	else
		constant_put_integer(section + constant->offset, constant->size, value);
}

/* ---- to text --------------------------------------------------------------------------------- */

/* A bit-field as text: its value in the bytes that its type has. */
static char *constant_bits_text(const struct constant *constant)
{
	const struct btf_type *type = btf_skip_modifiers(constant->btf, constant->type);
	uint64_t value = constant_get_bits(constant), sign = UINT64_C(1) << (constant->bits - 1);
	unsigned char bytes[sizeof(value)];
	size_t size = type && type->size <= sizeof(bytes) ? type->size : sizeof(bytes);
	bool is_signed = type && (btf_is_int(type) ? btf_int_encoding(type) & BTF_INT_SIGNED
						   : btf_kflag(type));

	if (is_signed && value & sign)
		value |= ~constant_integer_mask(constant->bits);
	constant_put_integer(bytes, size, value);
	return metadata_text(constant->btf, constant->type, bytes, size);
}

char *constant_text(const struct constant *constant)
{
	if (constant->bits)
		return constant_bits_text(constant);
	return metadata_text(constant->btf, constant->type, constant->section + constant->offset,
			     constant->size);
}

/* ---- from text ------------------------------------------------------------------------------- */

/* Digits, or 0x and hexadecimal digits, after a sign if the type has one. */
static bool constant_parse_integer(uint64_t *out, const struct constant_integer *integer,
				   const char *text)
{
	uint64_t largest = constant_integer_mask(integer->bits), half = largest / 2 + 1;
	bool negative = *text == '-', hex;
	const char *digits = text + negative;
	unsigned long long number;

	hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	digits += hex ? 2 : 0;
	if (!*digits || digits[strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789")])
		return false;
	errno = 0;
	number = strtoull(digits, NULL, hex ? 16 : 10);
	if (errno)
		return false;
	*out = negative ? -(uint64_t)number : number;
	if (negative)
		return integer->is_signed && number <= half;
	return number <= (integer->is_unsigned ? largest : half - 1);
}

static void constant_expect_integer(char *expected, const struct constant_integer *integer)
{
	uint64_t largest = constant_integer_mask(integer->bits), half = largest / 2 + 1;

	if (integer->is_signed)
		snprintf(expected, CONSTANT_EXPECTED_SIZE, "a number from -%" PRIu64 " to %" PRIu64,
			 half, integer->is_unsigned ? largest : half - 1);
	else
		snprintf(expected, CONSTANT_EXPECTED_SIZE, "a number from 0 to %" PRIu64, largest);
}

static bool constant_parse_bool(uint64_t *out, const char *text, char *expected)
{
	static const char *const words[] = { "false", "true", "0", "1" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(text, words[i]) == 0) {
			*out = i % 2;
			return true;
		}
	snprintf(expected, CONSTANT_EXPECTED_SIZE, "true or false");
	return false;
}

static bool constant_parse_enumerator(uint64_t *out, const struct btf *btf,
				      const struct btf_type *type, const char *text)
{
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const struct btf_enum *narrow = &btf_enum(type)[i];
		const struct btf_enum64 *wide = &btf_enum64(type)[i];
		bool is_wide = btf_is_enum64(type);
		const char *name = btf_name(btf, is_wide ? wide->name_off : narrow->name_off);

		if (!*name || strcmp(name, text) != 0)
			continue;
		*out = is_wide ? btf_enum64_value(wide) : (uint64_t)narrow->val;
		return true;
	}
	return false;
}

static bool constant_parse_scalar(const struct constant *constant, unsigned char *section,
				  const struct btf_type *type,
				  const struct constant_integer *integer, const char *text,
				  char *expected)
{
	uint64_t value = 0;
	bool ok;

	if (btf_is_int(type) && btf_int_encoding(type) & BTF_INT_BOOL) {
		ok = constant_parse_bool(&value, text, expected);
	} else {
		ok = (btf_is_any_enum(type) &&
		      constant_parse_enumerator(&value, constant->btf, type, text)) ||
		     constant_parse_integer(&value, integer, text);
		constant_expect_integer(expected, integer);
	}
	if (ok)
		constant_write_integer(constant, section, value);
	return ok;
}

static int constant_hex_digit(char digit)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)((at - digits) % 16) : -1;
}

/* Pairs of digits, in the order of the bytes in memory. */
static bool constant_parse_hex(const struct constant *constant, unsigned char *section,
			       const char *text, char *expected)
{
	unsigned char *bytes = section + constant->offset;

	snprintf(expected, CONSTANT_EXPECTED_SIZE, "%u hexadecimal digits after '%s'",
		 2 * constant->size, HEX);
	if (strlen(text) != 2 * (size_t)constant->size)
		return false;
	for (size_t i = 0; text[i]; i++)
		if (constant_hex_digit(text[i]) < 0)
			return false;
	for (uint32_t i = 0; i < constant->size; i++)
		bytes[i] = (unsigned char)(constant_hex_digit(text[2 * i]) << 4 |
					   constant_hex_digit(text[2 * i + 1]));
	return true;
}

/* A text that fills the array has no NUL after it, which programs may rely on. */
static bool constant_parse_text(const struct constant *constant, unsigned char *section,
				const char *text, char *expected)
{
	size_t length = strlen(text);

	if (length >= constant->size) {
		snprintf(expected, CONSTANT_EXPECTED_SIZE, "a text of up to %u bytes",
			 constant->size - 1);
		return false;
	}
	memset(section + constant->offset, 0, constant->size);
	memcpy(section + constant->offset, text, length);
	return true;
}

bool constant_parse(const struct constant *constant, unsigned char *section, const char *text,
		    bool is_text, char *expected)
{
	const struct btf_type *type = btf_skip_modifiers(constant->btf, constant->type);
	struct constant_integer integer;

	if (!is_text && !constant->bits && strncmp(text, HEX, sizeof(HEX) - 1) == 0)
		return constant_parse_hex(constant, section, text + sizeof(HEX) - 1, expected);
	if (constant_is_integer(&integer, constant, type))
		return constant_parse_scalar(constant, section, type, &integer, text, expected);
	if (type && metadata_is_text(constant->btf, type))
		return constant_parse_text(constant, section, text, expected);
	snprintf(expected, CONSTANT_EXPECTED_SIZE, "%s and the bytes as %u hexadecimal digits", HEX,
		 2 * constant->size);
	return false;
}
