/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool parse_positive(uint64_t *out, const char *value)
{
	unsigned long long number;

	/* strtoull() accepts signs and blanks */
	if (!*value || value[strspn(value, "0123456789")])
		return false;
	errno = 0;
	number = strtoull(value, NULL, 10);
	/* the kernel takes 0 for "any" */
	if (errno || number == 0 || number > UINT64_MAX)
		return false;
	*out = number;
	return true;
}

/* Parses a number of at most `largest`, which may be zero. */
static bool parse_number(uint64_t *out, const char *value, uint64_t largest)
{
	*out = 0;
	return strcmp(value, "0") == 0 || (parse_positive(out, value) && *out <= largest);
}

/* Parses a number with a unit. Returns the time in ms, or -1 if it is invalid or too long. */
static int32_t parse_time(const char *value)
{
	static const struct {
		const char *name;
		unsigned ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 } };
	size_t digits = strspn(value, "0123456789"), i;
	unsigned long long number;

	errno = 0;
	number = strtoull(value, NULL, 10);
	if (!digits || errno)
		return -1;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(value + digits, units[i].name) == 0)
			return number <= INT32_MAX / units[i].ms ? (int32_t)(number * units[i].ms)
								 : -1;
	}
	return -1;
}

static bool parse_retry_time(struct options *options, const char *value)
{
	int32_t time = parse_time(value);

	/* for the library 0 is the default, and -1 no time */
	options->retry_time_ms = time ? time : -1;
	return time >= 0;
}

static bool parse_retries(struct options *options, const char *value)
{
	uint64_t number;

	if (!parse_number(&number, value, INT32_MAX))
		return false;
	/* for the library 0 is the default, and -1 none */
	options->retries = number ? (int32_t)number : -1;
	return true;
}

static bool parse_cgroup(struct options *options, const char *value)
{
	size_t count = 0;

	while (options->cgroups[count])
		count++;
	if (count == CGROUPS_MAX)
		return false;
	options->cgroups[count] = value;
	return *value;
}

/* The library parses it again, with the number of steps. */
static bool parse_canary(struct options *options, const char *value)
{
	size_t length = strlen(value);
	bool percent = length && value[length - 1] == '%';
	char digits[16];
	uint64_t number;

	options->canary = value;
	if (length >= sizeof(digits))
		return false;
	memcpy(digits, value, length + 1);
	digits[length - percent] = '\0';
	return parse_positive(&number, digits) && number <= (percent ? 100 : UINT32_MAX);
}

static bool parse_check_timeout(struct options *options, const char *value)
{
	options->check_timeout_ms = parse_time(value);
	return options->check_timeout_ms > 0;
}

static bool parse_state_dir(struct options *options, const char *value)
{
	options->state_dir = value;
	return *value == '/';
}

static bool parse_keep(struct options *options, const char *value)
{
	uint64_t number;

	if (!parse_positive(&number, value) || number > UINT32_MAX)
		return false;
	options->keep = (uint32_t)number;
	return true;
}

static bool parse_kernel(struct options *options, const char *value)
{
	options->kernel = value;
	return strcmp(value, "live") == 0 || strcmp(value, "model") == 0;
}

/* ---- values that need no function of their own ------------------------------------------------
 */

static const char *mode_name(unsigned number)
{
	return cgswap_mode_get_name((enum cgswap_mode)number);
}

static const char *map_policy_name(unsigned number)
{
	return cgswap_map_policy_get_name((enum cgswap_map_policy)number);
}

static const char *constant_policy_name(unsigned number)
{
	return cgswap_constant_policy_get_name((enum cgswap_constant_policy)number);
}

/* Stores the number of a name. That of the default, 0, has no name. */
static bool store_word(unsigned *out, const char *(*name_of)(unsigned), const char *value)
{
	unsigned number;

	for (number = 1; *name_of(number); number++) {
		if (strcmp(name_of(number), value) == 0) {
			*out = number;
			return true;
		}
	}
	return false;
}

/* A choice of a map behind NAME=; the library parses it again. */
static bool is_map_choice(const char *choice)
{
	static const char sized[] = "new,max_entries=", id[] = "id:", pin[] = "pin:";
	uint64_t number;

	if (strncmp(choice, sized, strlen(sized)) == 0)
		return parse_positive(&number, choice + strlen(sized)) && number <= UINT32_MAX;
	/* another map has its size */
	if (strstr(choice, strchr(sized, ',')))
		return false;
	if (strncmp(choice, id, strlen(id)) == 0)
		return parse_positive(&number, choice + strlen(id)) && number <= UINT32_MAX;
	if (strncmp(choice, pin, strlen(pin)) == 0)
		return choice[strlen(pin)];
	return strcmp(choice, "old") == 0 || strcmp(choice, "new") == 0;
}

/* Adds a value of an option that can be given several times. */
static bool store_in_list(const char **list, const char *value)
{
	size_t count = 0;

	while (list[count])
		count++;
	if (count == CHOICES_MAX)
		return false;
	list[count] = value;
	return *value;
}

bool option_parse(struct options *options, const struct option_spec *spec, const char *value)
{
	void *member = (char *)options + spec->member;

	switch (spec->kind) {
	case VALUE_TEXT:
		*(const char **)member = value;
		return *value;
	case VALUE_WORD:
		return store_word(member, spec->name_of, value);
	case VALUE_POSITIVE:
		return parse_positive(member, value);
	case VALUE_TIME:
		*(int32_t *)member = parse_time(value);
		return *(int32_t *)member >= 0;
	case VALUE_LIST:
		return store_in_list(member, value);
	case VALUE_PAIRS:
		return strcspn(value, "=") && strchr(value, '=') && store_in_list(member, value) &&
		       (spec->bit != OPTION_MAP || is_map_choice(strchr(value, '=') + 1));
	default:
		return spec->parse(options, value);
	}
}

bool option_is_free_text(const struct option_spec *spec)
{
	return spec->free_text || spec->kind == VALUE_TEXT || spec->kind == VALUE_LIST;
}

#define VALUE_OF(of, field) .kind = VALUE_##of, .member = offsetof(struct options, field)
#define TEXT(field)         VALUE_OF(TEXT, field)
#define LIST(field)         VALUE_OF(LIST, field)
#define PAIRS(field)        VALUE_OF(PAIRS, field)
#define NUMBER(field)       VALUE_OF(POSITIVE, field)
#define TIME(field)         VALUE_OF(TIME, field)
#define WORD(field, names)  VALUE_OF(WORD, field), .name_of = names

/* clang-format off */
const struct option_spec option_table[] = {
	{ OPTION_ONLY, "--only", .rare = true, .value = "NAME",
	  .help = "take only this program of the object (repeatable)",
	  LIST(only), .valid = "the name of a program" },
	{ OPTION_SKIP, "--skip", .rare = true, .value = "NAME",
	  .help = "leave out this program of the object (repeatable)",
	  LIST(skip), .valid = "the name of a program" },
	{ OPTION_FIRST, "--first", .help = "attach at the beginning of the chain" },
	{ OPTION_LAST, "--last", .help = "attach at the end of the chain (the default)" },
	{ OPTION_BEFORE, "--before", .value = "SEL",
	  .help = "attach before this entry",
	  TEXT(before), .valid = "the selector of an entry" },
	{ OPTION_AFTER, "--after", .value = "SEL",
	  .help = "attach after this entry",
	  TEXT(after), .valid = "the selector of an entry" },
	{ OPTION_MODE, "--mode", .value = "MODE",
	  .help = "multi (the default), override or none",
	  WORD(mode, mode_name), .valid = "multi, override or none" },
	{ OPTION_PREORDER, "--preorder", .rare = true,
	  .help = "run the program before those of descendant cgroups" },
	{ OPTION_NO_PREORDER, "--no-preorder", .rare = true,
	  .help = "run the program after those of descendant cgroups" },
	{ OPTION_LINK, "--link", .help = "attach by a link, which needs --pin" },
	{ OPTION_PIN, "--pin", .value = "PATH",
	  .help = "pin the program or the link (OBJECT: below PATH)",
	  TEXT(pin), .valid = "a path in a bpffs" },
	{ OPTION_MAPS, "--maps", .value = "WHICH",
	  .help = "maps of the old one: reuse (the default), new, require",
	  WORD(maps, map_policy_name), .meant = OPTION_MAP, .valid = "reuse, new or require" },
	{ OPTION_MAP, "--map", .value = "NAME=MAP",
	  .help = "map for NAME: old, new[,max_entries=N], id:N, pin:PATH",
	  PAIRS(map_choices), .meant = OPTION_MAPS,
	  .valid = "NAME=old, NAME=new, NAME=new,max_entries=N, NAME=id:N or NAME=pin:PATH, "
		   "for up to 64 maps" },
	{ OPTION_CONSTANTS, "--constants", .value = "old|new",
	  .help = "values of constants that differ from the old program's",
	  WORD(constants, constant_policy_name), .meant = OPTION_CONSTANT, .valid = "old or new" },
	{ OPTION_CONSTANT, "--constant", .value = "NAME=VALUE",
	  .help = "the value of this constant: old, new, or another",
	  PAIRS(constant_choices), .meant = OPTION_CONSTANTS,
	  .valid = "NAME=old, NAME=new or NAME=VALUE, for up to 64 constants" },
	{ OPTION_OLD_OBJECT, "--old-object", .rare = true, .value = "FILE",
	  .help = "the old program's file: tells which constants were set",
	  TEXT(old_object), .valid = "the path of an object file" },
	{ OPTION_EXPECTED_REVISION, "--expected-revision", .value = "N", .rare = true,
	  .help = "fail unless the chain is at revision N",
	  NUMBER(expected_revision), .valid = "a number, at least 1" },
	{ OPTION_EXPECTED_CGROUP_ID, "--expected-cgroup-id", .value = "ID", .rare = true,
	  .help = "fail unless the cgroup has this id",
	  NUMBER(expected_cgroup_id), .valid = "a number, at least 1" },
	{ OPTION_ALLOW_UNGUARDED, "--allow-unguarded", .rare = true,
	  .help = "overwrite the program even if no revision guards it" },
	{ OPTION_NO_VERIFY, "--no-verify", .rare = true,
	  .help = "do not read the chain again after the replace" },
	{ OPTION_DRAIN, "--drain", .rare = true, .help = "wait until no CPU runs the old program" },
	{ OPTION_DRY_RUN, "--dry-run",
	  .help = "check if the change would succeed, and change nothing" },
	{ OPTION_RECURSIVE, "--recursive", .help = "take CGROUP and all below it that hold OLD" },
	{ OPTION_MATCH, "--match", .rare = true, .value = "GLOB",
	  .help = "only cgroups whose name (with a slash: path) matches",
	  TEXT(match), .valid = "a pattern" },
	{ OPTION_ANY_TAG, "--any-tag", .rare = true, .help = "allow old programs with different tags" },
	{ OPTION_CGROUP, "--cgroup", .rare = true, .value = "PATH",
	  .help = "take this cgroup, in place of CGROUP (repeatable)",
	  .parse = parse_cgroup, .free_text = true,
	  .valid = "the path of a cgroup, for up to 4096 of them" },
	{ OPTION_CGROUPS_FROM, "--cgroups-from", .rare = true, .value = "FILE",
	  .help = "take the cgroups in the lines of a file (-: input)",
	  TEXT(cgroups_from), .valid = "the path of a file, or -" },
	{ OPTION_IGNORE_GONE, "--ignore-gone", .rare = true, .help = "a cgroup that was removed is not a failure" },
	{ OPTION_FOLLOW, "--follow", .rare = true, .value = "TIME",
	  .help = "go on looking for new cgroups for this time",
	  TIME(follow_ms), .valid = "a time up to 596h, with ms, s, m or h, such as 30s" },
	{ OPTION_CANARY, "--canary", .rare = true, .value = "N|N%",
	  .help = "do so many cgroups first, then growing waves",
	  .parse = parse_canary, .valid = "a number of cgroups, or 1% to 100% of them" },
	{ OPTION_SOAK, "--soak", .rare = true, .value = "TIME",
	  .help = "wait so long after the first wave",
	  TIME(soak_ms), .valid = "a time up to 596h, with ms, s, m or h, such as 30s" },
	{ OPTION_CHECK, "--check", .rare = true, .value = "CMD",
	  .help = "run this after each wave; if it fails, put all back",
	  TEXT(check), .valid = "a shell command" },
	{ OPTION_CHECK_TIMEOUT, "--check-timeout", .rare = true, .value = "TIME",
	  .help = "how long the check may take (30s)",
	  .parse = parse_check_timeout,
	  .valid = "a time from 1ms to 596h, with ms, s, m or h, such as 30s" },
	{ OPTION_EVENTS, "--events", .rare = true,
	  .help = "print a JSON object for each event, and a last one" },
	{ OPTION_NO_JOURNAL, "--no-journal", .rare = true,
	  .help = "keep no journal, so that `recover` cannot end it" },
	{ OPTION_KEEP_OLD, "--keep-old", .rare = true,
	  .help = "hold the old programs, for `undo`; keeps a journal" },
	{ OPTION_KEEP, "--keep", .rare = true, .value = "N",
	  .help = "with --keep-old: of so many transactions at most (10)",
	  .parse = parse_keep, .valid = "a number from 1 to 4294967295" },
	{ OPTION_UNLESS_ATTACHED, "--unless-attached",
	  .help = "do nothing if a program of its name and tag is attached" },
	{ OPTION_LIST, "--list", .help = "show the unfinished transaction (the default)" },
	{ OPTION_FINISH, "--finish", .help = "give the new program to the entries that lack it" },
	{ OPTION_UNDO, "--undo", .help = "put back the old programs" },
	{ OPTION_OLD_MAPS, "--old-maps", .rare = true,
	  .help = "also if the old programs' maps are not as they would be" },
	{ OPTION_STATE_DIR, "--state-dir", .value = "DIR", .rare = true,
	  .help = "directory of the journals (/run/cgswap)",
	  .parse = parse_state_dir, .valid = "an absolute path" },
	{ OPTION_WAIT, "--wait", .value = "TIME", .rare = true,
	  .help = "wait for this time if another transaction is running",
	  TIME(wait_ms), .valid = "a time up to 596h, with ms, s, m or h, such as 30s" },
	{ OPTION_EFFECTIVE, "--effective",
	  .help = "show the programs that run, also those of ancestors" },
	{ OPTION_JSON, "--json", .letter = 'j', .help = "print one JSON object, also for an error" },
	{ OPTION_QUIET, "--quiet", .help = "print nothing but errors, warnings and JSON" },
	{ OPTION_KERNEL, "--kernel", .value = "live|model",
	  .help = "the running kernel (live), or a simulated one",
	  .parse = parse_kernel, .valid = "live or model" },
	{ OPTION_SCRATCH_CGROUP, "--scratch-cgroup", .value = "PATH",
	  .help = "try out features of the kernel below this cgroup",
	  TEXT(scratch_cgroup), .valid = "the path of a cgroup" },
	{ OPTION_RETRY_TIME, "--retry-time", .value = "TIME",
	  .help = "repeat a disturbed change for this time (100ms)",
	  .parse = parse_retry_time, .valid = "a time up to 596h, with ms, s, m or h, such as 500ms" },
	{ OPTION_RETRIES, "--retries", .value = "N",
	  .help = "repeat a disturbed change so often at least (3)",
	  .parse = parse_retries, .valid = "a number up to 2147483647" },
	{ OPTION_HELP, "--help", .letter = 'h', .help = "print the usage" },
	{ OPTION_VERSION, "--version", .letter = 'V', .help = "print the version" },
	{ .name = NULL },
};
/* clang-format on */

_Static_assert(sizeof(option_table) / sizeof(option_table[0]) <= OPTIONS_MAX + 1,
	       "OPTIONS_MAX is too small");
_Static_assert(sizeof(enum cgswap_mode) == sizeof(unsigned), "an enum is stored as a number");

const struct option_spec *option_find(uint64_t bit)
{
	const struct option_spec *spec = option_table;

	while (spec->name && spec->bit != bit)
		spec++;
	return spec->name ? spec : NULL;
}

const struct option_spec *option_find_letter(int letter)
{
	const struct option_spec *spec = option_table;

	while (spec->name && (!spec->letter || spec->letter != letter))
		spec++;
	return spec->name ? spec : NULL;
}
