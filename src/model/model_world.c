/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fills a simulated kernel from a text, for the tests of callers; the comment of struct
 * cgswap_session_opts describes its lines. Each line is a request to the model: what a kernel would
 * refuse is refused by the same rule, and with the same cause.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_world.h"

/* ---- words ------------------------------------------------------------------------------------
 */

static bool world_is_octal(const char *digits)
{
	return strspn(digits, "01234567") >= 3;
}

/* "\040" stands for a blank, as in /proc/mounts. */
static void world_unescape(char *word)
{
	char *out = word;

	while (*word) {
		if (*word == '\\' && world_is_octal(word + 1)) {
			*out++ = (char)((word[1] - '0') << 6 | (word[2] - '0') << 3 |
					(word[3] - '0'));
			word += 4;
		} else {
			*out++ = *word++;
		}
	}
	*out = '\0';
}

static enum cgswap_status world_split(struct world *world, char *line)
{
	static const char blanks[] = " \t\r";
	char *left, *word;

	world->count = 0;
	for (word = strtok_r(line, blanks, &left); word; word = strtok_r(NULL, blanks, &left)) {
		if (world->count == WORLD_WORDS)
			return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT, "too many words");
		world_unescape(word);
		world->words[world->count++] = word;
	}
	return CGSWAP_OK;
}

/* Takes the value of a word "name=value"; false for other words. */
static bool world_take(char **out, char *word, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(word, name, length) != 0 || word[length] != '=' || !word[length + 1])
		return false;
	*out = word + length + 1;
	return true;
}

static enum cgswap_status error_world_word(const struct world *world, const char *word,
					   const char *expected)
{
	return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT,
			   "unknown word '%s'{option}; expected %s", word, expected);
}

static enum cgswap_status world_type(const struct attach_type **out, const struct world *world,
				     const char *name)
{
	char near[ATTACH_TYPE_NEAR_SIZE];
	enum cgswap_status status = attach_type_find(out, name);

	if (!status)
		return CGSWAP_OK;
	error_world(world, CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN,
		    "unknown attach type '%s'{attach_type}", name);
	if (attach_type_near(near, name))
		error_remedy("%s", near);
	return status;
}

/* ---- lines ------------------------------------------------------------------------------------
 */

static const char cgroup_form[] = "cgroup PATH";
static const char program_form[] = "program NAME TYPE [tag=HEX] [maps=NAME,...] [pin=PATH]";
static const char attach_form[] = "attach CGROUP TYPE NAME [mode=multi|override|none] [preorder] "
				  "[link|link=PIN]";
static const char missing_form[] = "missing cap_net_admin|cap_sys_admin|cap_bpf ...";

static enum cgswap_status world_line_cgroup(struct world *world)
{
	enum cgswap_status status;
	int fd;

	if (world->count > 2)
		return error_world_word(world, world->words[2], cgroup_form);
	status = world_cgroup(&fd, world, world->words[1]);
	if (!status)
		world->kernel->ops->close(world->kernel, fd);
	return status;
}

static int world_digit(char digit)
{
	const char *found = digit ? strchr("0123456789abcdef", digit) : NULL;

	return found ? (int)(found - "0123456789abcdef") : -1;
}

static bool world_read_tag(uint8_t tag[KERNEL_TAG_SIZE], const char *text)
{
	for (size_t i = 0; i < KERNEL_TAG_SIZE; i++) {
		int high = world_digit(*text), low = high < 0 ? -1 : world_digit(text[1]);

		if (low < 0)
			return false;
		tag[i] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return !*text;
}

static enum cgswap_status world_line_program(struct world *world)
{
	char *name = world->words[1], *pin = name, *maps = NULL, *tag = NULL;
	const struct attach_type *type;
	uint8_t bytes[KERNEL_TAG_SIZE];
	enum cgswap_status status;
	int fd = -1;

	for (size_t i = 3; i < world->count; i++)
		if (!world_take(&pin, world->words[i], "pin") &&
		    !world_take(&maps, world->words[i], "maps") &&
		    !world_take(&tag, world->words[i], "tag"))
			return error_world_word(world, world->words[i], program_form);
	if (tag && !world_read_tag(bytes, tag))
		return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT,
				   "'%s'{option} is not a tag of 16 hexadecimal digits", tag);
	status = world_type(&type, world, world->words[2]);
	if (!status && world_find(world, name, type))
		return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT,
				   "an earlier line has '%s'{program_name} already", name);
	if (!status)
		status = world_program(&fd, world, name, type);
	if (!status && tag)
		world_set_tag(world, fd, bytes);
	if (!status && maps)
		status = world_maps(world, fd, maps);
	return status ? status : world_pin(world, fd, pin);
}

struct world_attach {
	const struct attach_type *type;
	char *pin; /* the link's, or NULL */
	uint32_t flags;
	bool link;
	int cgroup, program;
};

static enum cgswap_status world_read_attach(struct world_attach *out, struct world *world)
{
	char *mode = NULL;

	*out = (struct world_attach){ .cgroup = -1, .program = -1 };
	for (size_t i = 4; i < world->count; i++) {
		char *word = world->words[i];

		if (strcmp(word, "preorder") == 0)
			out->flags |= KERNEL_PREORDER;
		else if (strcmp(word, "link") == 0 || world_take(&out->pin, word, "link"))
			out->link = true;
		else if (!world_take(&mode, word, "mode"))
			return error_world_word(world, word, attach_form);
	}
	if (out->link && mode)
		return error_world(world, CGSWAP_CAUSE_MODE_FLAGS_CONFLICT,
				   "a link is always in multi mode, and takes no mode");
	if (!mode || strcmp(mode, "multi") == 0)
		out->flags |= out->link ? 0 : KERNEL_MULTI;
	else if (strcmp(mode, "override") == 0)
		out->flags |= KERNEL_OVERRIDE;
	else if (strcmp(mode, "none") != 0)
		return error_world_word(world, mode, attach_form);
	return CGSWAP_OK;
}

/* Returns a descriptor of the link, 0 without one, or a negative errno. */
static int world_do_attach(const struct world *world, const struct world_attach *wanted)
{
	const struct kernel_attach attach = {
		.target_fd = (uint32_t)wanted->cgroup,
		.program_fd = (uint32_t)wanted->program,
		.type = wanted->type->number,
		.flags = wanted->flags,
	};
	const struct kernel_link_create link = {
		.target_fd = attach.target_fd,
		.program_fd = attach.program_fd,
		.type = attach.type,
		.flags = attach.flags,
	};

	if (wanted->link)
		return world->kernel->ops->link_create(world->kernel, &link);
	return world->kernel->ops->attach(world->kernel, &attach);
}

static enum cgswap_status error_world_attach(const struct world *world, int err)
{
	const struct kernel_model *model = (const struct kernel_model *)world->kernel;
	enum cgswap_cause cause = model->refused;

	if (err == -ENOMEM)
		return error_no_memory();
	return error_world(world, cause ? cause : CGSWAP_CAUSE_BAD_ARGUMENT,
			   "'%s'{program_name} cannot be attached to %s{attach_type} of "
			   "'%s'{cgroup}",
			   world->words[3], world->words[2], world->words[1]);
}

/* The descriptor of a link stays open in the model, as if another process had it. */
static enum cgswap_status world_line_attach(struct world *world)
{
	struct world_attach wanted;
	enum cgswap_status status = world_read_attach(&wanted, world);
	int made = 0;

	if (!status)
		status = world_type(&wanted.type, world, world->words[2]);
	if (!status)
		status = world_program(&wanted.program, world, world->words[3], wanted.type);
	if (!status)
		status = world_cgroup(&wanted.cgroup, world, world->words[1]);
	if (!status)
		made = world_do_attach(world, &wanted);
	if (made < 0)
		status = error_world_attach(world, made);
	if (!status && wanted.pin)
		status = world_pin(world, made, wanted.pin);
	world->kernel->ops->close(world->kernel, wanted.cgroup);
	return status;
}

/* Takes effect after the last line. */
static enum cgswap_status world_line_missing(struct world *world)
{
	for (size_t i = 1; i < world->count; i++) {
		if (strcmp(world->words[i], "cap_net_admin") == 0)
			world->missing[KERNEL_CAP_NET_ADMIN] = true;
		else if (strcmp(world->words[i], "cap_sys_admin") == 0)
			world->missing[KERNEL_CAP_SYS_ADMIN] = true;
		else if (strcmp(world->words[i], "cap_bpf") == 0)
			world->missing[KERNEL_CAP_BPF] = true;
		else
			return error_world_word(world, world->words[i], missing_form);
	}
	return CGSWAP_OK;
}

static enum cgswap_status world_do_words(struct world *world)
{
	static const struct {
		const char *word, *form;
		size_t least;
		enum cgswap_status (*take)(struct world *world);
	} lines[] = {
		{ "cgroup", cgroup_form, 2, world_line_cgroup },
		{ "program", program_form, 3, world_line_program },
		{ "attach", attach_form, 4, world_line_attach },
		{ "missing", missing_form, 2, world_line_missing },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		if (strcmp(world->words[0], lines[i].word) != 0)
			continue;
		if (world->count < lines[i].least)
			return error_world(world, CGSWAP_CAUSE_BAD_ARGUMENT,
					   "too few words; expected %s", lines[i].form);
		return lines[i].take(world);
	}
	return error_world_word(world, world->words[0], "cgroup, program, attach or missing");
}

static enum cgswap_status world_do_line(struct world *world, char *line)
{
	enum cgswap_status status;

	line += strspn(line, " \t\r");
	if (!*line || *line == '#')
		return CGSWAP_OK;
	world->shown = strdup(line);
	if (!world->shown)
		return error_no_memory();
	status = world_split(world, line);
	if (!status)
		status = world_do_words(world);
	free(world->shown);
	return status;
}

enum cgswap_status kernel_model_fill(struct kernel *kernel, const char *text)
{
	struct world world = { .kernel = kernel };
	enum cgswap_status status = CGSWAP_OK;
	char *copy = strdup(text), *left = copy;

	if (!copy)
		return error_no_memory();
	while (left && !status) {
		char *line = strsep(&left, "\n");

		world.line++;
		status = world_do_line(&world, line);
	}
	world_free_objects(&world);
	for (int i = 0; i <= KERNEL_CAP_BPF; i++)
		if (world.missing[i])
			kernel_model_set_capability(kernel, (enum kernel_capability)i,
						    KERNEL_CAP_MISSING);
	free(copy);
	return status;
}
