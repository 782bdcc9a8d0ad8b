/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Metadata is read safely from hostile BTF and bytes: types that refer to missing types or to
 * themselves, variables outside of their section, invalid text.
 */
#include "object/metadata.h"
#include "object/btf_check.h"
#include "base/text.h"
#include "../lib/tap.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns the text of one metadata variable of a type. */
static char *value_of(int (*add_type)(struct btf *), uint32_t offset, uint32_t size)
{
	struct btf *btf = btf__new_empty();
	unsigned char bytes[16];
	struct metadata metadata = { 0 };
	char *value = NULL;
	int type = add_type(btf);
	int variable = btf__add_var(btf, "bpf_metadata_x", BTF_VAR_GLOBAL_ALLOCATED, type);
	int section = btf__add_datasec(btf, ".rodata", 16);

	if (variable < 0 || section < 0 ||
	    btf__add_datasec_var_info(btf, variable, offset, size))
		bail_out("no section");
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = 0xf0 + i;
	if (metadata_add(&metadata, btf, section, bytes, sizeof(bytes)))
		bail_out("no memory");
	if (metadata.count)
		value = strdup(metadata_value(&metadata, 0));
	metadata_free(&metadata);
	btf__free(btf);
	return value;
}

static void is_value(int (*add_type)(struct btf *), uint32_t offset, uint32_t size,
		     const char *wanted, const char *name)
{
	char *value = value_of(add_type, offset, size);

	is_str(value ? value : "(nothing)", wanted, "%s", name);
	free(value);
}

static int nowhere(struct btf *btf)
{
	(void)btf;
	return 1000;
}

static int itself(struct btf *btf)
{
	return btf__add_const(btf, 1);
}

static int each_other(struct btf *btf)
{
	btf__add_typedef(btf, "a", 2);
	return btf__add_typedef(btf, "b", 1);
}

static int nothing(struct btf *btf)
{
	(void)btf;
	return 0;
}

static int four_bytes(struct btf *btf)
{
	return btf__add_int(btf, "unsigned int", 4, 0);
}

static int sixteen_bytes(struct btf *btf)
{
	return btf__add_int(btf, "__int128", 16, BTF_INT_SIGNED);
}

static int truth(struct btf *btf)
{
	return btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
}

/* An integer with only three of its bits. */
static int bits(struct btf *btf)
{
	int id = btf__add_int(btf, "int", 4, 0);
	struct btf_type *type = (struct btf_type *)btf__type_by_id(btf, id);

	*(uint32_t *)(type + 1) = BTF_INT_BITS(3) | 5 << 16;
	return id;
}

static int text(struct btf *btf)
{
	int character = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);

	return btf__add_array(btf, character, character, 1 << 30);
}

static int array_of_itself(struct btf *btf)
{
	return btf__add_array(btf, 1, 1, 4);
}

static int long_enum(struct btf *btf)
{
	int id = btf__add_enum64(btf, "wide", 8, true);

	btf__add_enum64_value(btf, "HIT", 0xf7f6f5f4f3f2f1f0);
	return id;
}

/* The name of its only value is outside of the string section. */
static int nameless_enum(struct btf *btf)
{
	int id = btf__add_enum(btf, "small", 1);

	btf__add_enum_value(btf, "HIT", 0xf0);
	btf_enum(btf__type_by_id(btf, id))->name_off = 1 << 20;
	return id;
}

static void types(void)
{
	is_value(four_bytes, 0, 4, "4092785136", "a number");
	is_value(four_bytes, 12, 4, "4294901244", "a number at the end of the section");
	is_value(four_bytes, 13, 4, "(nothing)", "a number one byte past the end");
	is_value(four_bytes, 0xfffffffe, 4, "(nothing)", "a number far outside of the section");
	is_value(four_bytes, 8, 0xfffffffc, "(nothing)", "a size that overflows");
	is_value(four_bytes, 0, 2, "f0f1", "a size smaller than its type");
	is_value(four_bytes, 0, 0, "", "a size of 0");
	is_value(nowhere, 0, 4, "f0f1f2f3", "a missing type");
	is_value(nothing, 0, 4, "f0f1f2f3", "void");
	is_value(itself, 0, 4, "f0f1f2f3", "a type that refers to itself");
	is_value(each_other, 0, 4, "f0f1f2f3", "two types that refer to each other");
	is_value(sixteen_bytes, 0, 16, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "a very wide integer");
	is_value(bits, 0, 4, "f0f1f2f3", "an integer with three bits");
	is_value(truth, 0, 1, "240", "a bool that is neither 0 nor 1");
	is_value(text, 0, 2, "\\xf0\\xf1", "text that claims to be longer than its section");
	is_value(array_of_itself, 0, 4, "f0f1f2f3", "an array of itself");
	is_value(long_enum, 0, 8, "HIT", "a wide enum");
	is_value(nameless_enum, 0, 1, "240", "an enum whose value has an invalid name");
}

static void names(void)
{
	static const char *const odd[] = { "bpf_metadata_", "bpf_metadata_a\x1b[31m",
					   "bpf_metadata_\xff", "bpf_metadata", "other" };
	struct metadata metadata = { 0 };
	struct btf *btf = btf__new_empty();
	int type = four_bytes(btf), section;
	int variables[5], again;
	const char bytes[8] = { 1 };

	for (size_t i = 0; i < 5; i++)
		variables[i] = btf__add_var(btf, odd[i], 1, type);
	again = btf__add_var(btf, "bpf_metadata_same", 1, type);
	section = btf__add_datasec(btf, ".rodata", 8);
	for (size_t i = 0; i < 5; i++)
		btf__add_datasec_var_info(btf, variables[i], 0, 4);
	btf__add_datasec_var_info(btf, again, 0, 4);
	btf__add_datasec_var_info(btf, again, 4, 4);
	btf__add_datasec_var_info(btf, section, 4, 4);
	btf__add_datasec_var_info(btf, 5000, 4, 4);
	is_int(metadata_add(&metadata, btf, section, bytes, sizeof(bytes)), 0,
	       "variables with odd names are added");
	is_int(metadata.count, 1, "only one of them is metadata");
	is_str(metadata_name(&metadata, 0), "same", "the same name is there once");
	is_str(metadata_value(&metadata, 0), "1", "it has its first value");
	is_int(metadata_add(&metadata, btf, type, bytes, sizeof(bytes)), 0,
	       "a type that is not a section is added");
	is_int(metadata_add(&metadata, btf, 9999, bytes, sizeof(bytes)), 0,
	       "a missing type is added");
	is_int(metadata.count, 1, "these add nothing");
	metadata_free(&metadata);
	is_int(metadata.count, 0, "all metadata is freed");
	btf__free(btf);
}

static void many(void)
{
	struct metadata metadata = { 0 };
	struct btf *btf = btf__new_empty();
	int type = four_bytes(btf), variables[1000], section;
	const char bytes[4] = { 1 };

	for (size_t i = 0; i < 1000; i++) {
		char name[32];

		snprintf(name, sizeof(name), "bpf_metadata_%zu", i);
		variables[i] = btf__add_var(btf, name, 1, type);
	}
	section = btf__add_datasec(btf, ".rodata", 4);
	for (size_t i = 0; i < 1000; i++)
		btf__add_datasec_var_info(btf, variables[i], 0, 4);
	is_int(metadata_add(&metadata, btf, section, bytes, sizeof(bytes)), 0,
	       "a thousand variables are added");
	is_int(metadata.count, 256, "the number of variables is limited");
	metadata_free(&metadata);
	btf__free(btf);
}

static void is_printable(const char *bytes, const char *wanted, const char *name)
{
	char *printable = text_printable(bytes, strlen(bytes));

	is_str(printable, wanted, "%s", name);
	free(printable);
}

static void texts(void)
{
	char longest[3000], *printable;

	is_printable("plain", "plain", "plain text");
	is_printable("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82",
		     "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82",
		     "UTF-8 of two, three and four bytes");
	is_printable("\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf", "overlong UTF-8");
	is_printable("\xed\xa0\x80", "\\xed\\xa0\\x80", "half a surrogate");
	is_printable("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80",
		     "a character past the last one of Unicode");
	is_printable("\xe2\x82", "\\xe2\\x82", "a character cut in the middle");
	is_printable("\xc2\x9b"
		     "31m",
		     "\\xc2\\x9b31m", "a control character in UTF-8");
	is_printable("\xe2\x80\xae"
		     "abc",
		     "\\xe2\\x80\\xae"
		     "abc",
		     "a character that reverses the direction");
	is_printable("a\tb\x7f", "a\\x09b\\x7f", "control characters");
	memset(longest, 'x', sizeof(longest));
	printable = text_printable(longest, sizeof(longest));
	is_int(strlen(printable), 1027, "a long text is cut");
	is_str(printable + 1024, "...", "it ends with dots");
	free(printable);
	memcpy(longest + 1023, "\xc3\xa9", 2);
	printable = text_printable(longest, sizeof(longest));
	is_str(printable + 1023, "...", "it is not cut within a character");
	free(printable);
}

/* The same types from an object file: they are checked before libbpf follows them. */
static void is_sound(int (*add_type)(struct btf *), bool wanted, const char *name)
{
	struct btf *btf = btf__new_empty();
	const void *bytes;
	char fault[128] = "";
	uint32_t size;
	bool sound;

	btf__add_ptr(btf, add_type(btf));
	bytes = btf__raw_data(btf, &size);
	sound = !btf_check(bytes, size, fault, sizeof(fault));
	ok(sound == wanted && !*fault == wanted, "%s: %s", name, wanted ? "sound" : fault);
	btf__free(btf);
}

static void soundness(void)
{
	is_sound(four_bytes, true, "an integer");
	is_sound(text, true, "an array");
	is_sound(long_enum, true, "an enum");
	is_sound(nowhere, false, "a missing type");
	is_sound(itself, false, "a type that refers to itself");
	is_sound(each_other, false, "two types that refer to each other");
	is_sound(array_of_itself, false, "an array of itself");
	is_sound(nameless_enum, false, "a name outside of the string section");
}

/* A type of each kind that has data behind it. */
static struct btf *btf_of_kinds(void)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED), of;

	btf__add_array(btf, number, number, 4);
	btf__add_struct(btf, "pair", 8);
	btf__add_field(btf, "a", number, 0, 0);
	btf__add_field(btf, "b", number, 32, 0);
	btf__add_enum(btf, "small", 4);
	btf__add_enum_value(btf, "one", 1);
	btf__add_enum64(btf, "large", 8, false);
	btf__add_enum64_value(btf, "many", 1ULL << 40);
	of = btf__add_func_proto(btf, number);
	btf__add_func_param(btf, "n", number);
	btf__add_func(btf, "f", BTF_FUNC_GLOBAL, of);
	of = btf__add_var(btf, "v", BTF_VAR_STATIC, number);
	btf__add_decl_tag(btf, "tag", of, -1);
	btf__add_datasec(btf, ".data", 4);
	btf__add_datasec_var_info(btf, of, 0, 4);
	return btf;
}

/* Checks a copy of exactly this size, so that reading beyond it is noticed. */
static int check_copy(const unsigned char *bytes, size_t size, char *fault, size_t fault_size)
{
	unsigned char *copy = malloc(size ? size : 1);
	int err;

	memcpy(copy, bytes, size);
	err = btf_check(copy, size, fault, fault_size);
	free(copy);
	return err;
}

/* Each damage of one byte, and each length; a count of members is never more than there are. */
static void damage(void)
{
	struct btf *btf = btf_of_kinds();
	unsigned cut = 0, changed = 0, beyond = 0;
	struct btf_header header;
	unsigned char bytes[1024];
	char fault[128] = "";
	const void *raw;
	uint32_t size;

	raw = btf__raw_data(btf, &size);
	memcpy(bytes, raw, size);
	memcpy(&header, bytes, sizeof(header));
	ok(!check_copy(bytes, size, fault, sizeof(fault)), "all kinds: %s", fault);
	for (size_t i = 1; i < size; i++)
		cut += check_copy(bytes, i, fault, sizeof(fault)) != 0;
	is_int(cut, size - 1, "BTF that is cut off anywhere is damaged");
	for (size_t i = 0; i < size; i++)
		for (unsigned value = 0; value < 256; value++) {
			unsigned char before = bytes[i];

			bytes[i] = (unsigned char)value;
			changed += check_copy(bytes, size, fault, sizeof(fault)) != 0;
			bytes[i] = before;
		}
	ok(changed > size, "%u changes of one byte are damage", changed);
	/* the third type is a struct: its number of members, behind int (16 bytes), array (24) */
	for (unsigned value = 3; value < 256; value++) {
		bytes[sizeof(header) + 40 + 5] = (unsigned char)value;
		beyond += check_copy(bytes, size, fault, sizeof(fault)) != 0;
	}
	is_int(beyond, 253, "so are more members than there are");
	btf__free(btf);
}

int main(void)
{
	types();
	names();
	many();
	texts();
	soundness();
	damage();
	return done_testing();
}
