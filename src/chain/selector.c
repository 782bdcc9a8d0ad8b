/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/selector.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "kernel/kernel.h"
#include "base/number.h"
#include "base/text.h"

static const char WANTED[] = "expected id:N, name:NAME, tag:HEX, pin:PATH, link:N, pos:N or fd:N";

enum { NAME_LENGTH = KERNEL_NAME_SIZE - 1, TAG_LENGTH = 2 * KERNEL_TAG_SIZE };

static enum cgswap_status error_selector(const char *given, const char *why)
{
	return error_bad_argument("the selector '%.200s'{selector} %s; %s", given, why, WANTED);
}

static enum cgswap_status selector_parse_name(const struct selector *selector)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";

	if (!*selector->text)
		return error_selector(selector->given, "is an empty name");
	if (selector->text[strspn(selector->text, letters)])
		return error_selector(
			selector->given,
			"is not a program name: only letters, digits, '_' and '.' are allowed");
	return CGSWAP_OK;
}

static enum cgswap_status selector_parse_tag(const struct selector *selector)
{
	if (strlen(selector->text) != TAG_LENGTH ||
	    selector->text[strspn(selector->text, "0123456789abcdefABCDEF")])
		return error_selector(selector->given, "is not a tag of 16 hexadecimal digits");
	return CGSWAP_OK;
}

static enum cgswap_status selector_parse_number(struct selector *selector)
{
	uint64_t value;

	if (!number_parse(selector->text, UINT32_MAX, &value))
		return error_selector(selector->given, "has no valid number");
	selector->number = (uint32_t)value;
	if ((selector->form == SELECT_ID || selector->form == SELECT_LINK) && !selector->number)
		return error_selector(selector->given, "has the invalid id 0");
	return CGSWAP_OK;
}

enum cgswap_status selector_parse(struct selector *out, const char *given)
{
	static const char *const words[] = {
		"id", "name", "tag", "pin", "link", "pos", "fd", NULL
	};
	int form;

	if (!given)
		return error_bad_argument("the selector is NULL; %s", WANTED);
	out->given = given;
	out->number = 0;
	out->fd = -1;
	form = text_prefix(given, words, &out->text);
	if (form >= 0)
		out->form = (enum selector_form)form;
	else if (text_is_digits(given))
		out->form = SELECT_ID;
	else
		out->form = strchr(given, '/') ? SELECT_PIN : SELECT_NAME;
	switch (out->form) {
	case SELECT_NAME:
		return selector_parse_name(out);
	case SELECT_TAG:
		return selector_parse_tag(out);
	case SELECT_PIN:
		return *out->text ? CGSWAP_OK : error_selector(given, "has no path");
	case SELECT_FD:
		return number_parse_fd(out->text, &out->fd)
			       ? CGSWAP_OK
			       : error_selector(given, "has no valid descriptor");
	default:
		return selector_parse_number(out);
	}
}

/* The kernel cuts names to 15 characters; a longer one is compared with the name in BTF. */
static bool selector_name_fits(const char *wanted, const char *kernel_name, const char *full_name)
{
	if (strcmp(wanted, kernel_name) == 0 || strcmp(wanted, full_name) == 0)
		return true;
	if (strlen(wanted) <= NAME_LENGTH || strlen(full_name) > NAME_LENGTH)
		return false;
	return strlen(kernel_name) == NAME_LENGTH && strncmp(wanted, kernel_name, NAME_LENGTH) == 0;
}

bool selector_fits(const struct selector *selector, const char *kernel_name, const char *full_name,
		   const char *tag)
{
	if (selector->form == SELECT_TAG)
		return strcasecmp(selector->text, tag) == 0;
	return selector_name_fits(selector->text, kernel_name, full_name);
}
