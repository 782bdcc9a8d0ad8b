/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Without BTF of the old program, of the new object, or of both, constants have no names. The same
 * bytes in a section of the same name are equal. If they differ, or the section is gone, or several
 * sections may be the one whose name the kernel has cut, a constant that a loader set may be lost:
 * the swap is refused under each policy but that of the new values.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/cgswap-test-no-names-XXXXXX";
static unsigned char bytes[65536];
static size_t size;

static void read_object(const char *name)
{
	FILE *in = fopen(constant_fixture_object(name), "rb");

	size = in ? fread(bytes, 1, sizeof(bytes), in) : 0;
	if (!size || fclose(in))
		bail_out("cannot read the object");
}

static void remove_btf(void)
{
	unsigned char *at = bytes;

	while ((at = memmem(at, size - (size_t)(at - bytes), ".BTF", 4)))
		memcpy(at, ".OLD", 4);
}

/* Sets the first byte of a section, as a loader sets the constant there. */
static void set_constant(const char *section)
{
	const Elf64_Ehdr *header = (void *)bytes;
	const Elf64_Shdr *sections = (void *)(bytes + header->e_shoff);
	const char *names = (char *)bytes + sections[header->e_shstrndx].sh_offset;

	for (unsigned i = 0; i < header->e_shnum; i++)
		if (strcmp(names + sections[i].sh_name, section) == 0) {
			bytes[sections[i].sh_offset] = 1;
			return;
		}
	bail_out("section %s is missing", section);
}

/* Writes a variant of an object: without BTF, or with the first byte of a section set. */
static const char *variant(const char *object, bool btf, const char *section)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];
	FILE *out;

	read_object(object);
	if (!btf)
		remove_btf();
	if (section)
		set_constant(section);
	snprintf(path, sizeof(paths[0]), "%s/bare.o", directory);
	out = fopen(path, "wb");
	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
		bail_out("cannot write %s", path);
	return path;
}

static struct map_fixture attached(const char *path)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	struct map_fixture fixture = { .session = live_session(), .cgroup = scratch_new("no_names") };
	cgswap_program *program;

	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	if (cgswap_program_open(&program, fixture.session, path, &opts) ||
	    cgswap_chain_attach(fixture.chain, program, NULL))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	cgswap_program_unref(program);
	return fixture;
}

static enum cgswap_status swap_with(const struct map_fixture *fixture, const char *path,
			       struct cgswap_step_opts opts)
{
	cgswap_replace *replace;
	enum cgswap_status status = cgswap_replace_new(&replace, fixture->session, NULL);

	opts.sz = sizeof(opts);
	if (!status)
		status = cgswap_replace_add_source(replace, fixture->chain, "pos:0", path, &opts);
	cgswap_replace_unref(replace);
	return status;
}

static void refused(const struct map_fixture *fixture, const char *path, const char *message)
{
	EXPECT_CAUSE(swap_with(fixture, path, (struct cgswap_step_opts){ 0 }), CONSTANTS_CHANGED,
		     "no policy");
	expect_message("cannot be named");
	expect_message(message);
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "--constants new", "the remedy");
	EXPECT_CAUSE(swap_with(fixture, path,
			  (struct cgswap_step_opts){ .maps = CGSWAP_MAPS_REQUIRE,
						     .constants = CGSWAP_CONSTANTS_OLD }),
		     CONSTANTS_CHANGED, "the old values, and all is required");
	expect_ok(swap_with(fixture, path, (struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_NEW }),
		  "the new values");
}

static void old_file_tells(const struct map_fixture *fixture, const char *old, const char *path)
{
	expect_ok(swap_with(fixture, path, (struct cgswap_step_opts){ .old_object = old }),
		  "the file of the old program tells that no loader had set it");
}

static void no_btf_at_all(void)
{
	struct map_fixture fixture = attached(variant("bare", false, ".rodata"));

	diag("no BTF at all");
	expect_ok(swap_with(&fixture, variant("bare", false, ".rodata"), (struct cgswap_step_opts){ 0 }),
		  "the same bytes");
	refused(&fixture, variant("bare", false, NULL), "the bytes of its '.rodata' do");
	refused(&fixture, variant("bare_moved", false, NULL), "the bytes of its '.rodata' do");
	refused(&fixture, variant("bare_gone", false, NULL), "the bytes of its '.rodata' do");
	map_fixture_free(&fixture);
}

static void old_without(void)
{
	struct map_fixture fixture = attached(variant("bare", false, ".rodata"));

	diag("the old program has none");
	refused(&fixture, constant_fixture_object("bare"), "'deny_all' is 0 in the file");
	refused(&fixture, constant_fixture_object("bare_moved"), "'deny_all' is 0 in the file");
	refused(&fixture, constant_fixture_object("bare_gone"), "the bytes of its '.rodata' do");
	expect_ok(swap_with(&fixture, constant_fixture_object("bare_moved"),
		       (struct cgswap_step_opts){ .constant_choices = CHOICES("deny_all=1") }),
		  "a value where the constant has moved");
	old_file_tells(&fixture, variant("bare", false, ".rodata"), constant_fixture_object("bare_gone"));
	map_fixture_free(&fixture);
	fixture = attached(variant("bare", false, NULL));
	expect_ok(swap_with(&fixture, constant_fixture_object("bare_gone"), (struct cgswap_step_opts){ 0 }),
		  "zeros that are gone");
	EXPECT_CAUSE(swap_with(&fixture, variant("bare_moved", true, ".rodata.cfg"),
			  (struct cgswap_step_opts){ 0 }),
		     CONSTANTS_CHANGED, "but not if they have moved");
	map_fixture_free(&fixture);
}

static void new_without(void)
{
	struct map_fixture fixture = attached(variant("bare", true, ".rodata"));

	diag("the new object has none");
	expect_ok(swap_with(&fixture, variant("bare", false, ".rodata"), (struct cgswap_step_opts){ 0 }),
		  "the same bytes");
	refused(&fixture, variant("bare", false, NULL), "'deny_all' is 1 in the program");
	refused(&fixture, variant("bare_moved", false, NULL), "'deny_all' is 1 in the program");
	expect_ok(swap_with(&fixture, variant("bare", false, NULL),
		       (struct cgswap_step_opts){ .constant_choices = CHOICES("deny_all=new") }),
		  "it is named to be the new one");
	map_fixture_free(&fixture);
}

static void cut_alike(void)
{
	struct map_fixture fixture = attached(variant("bare_long", false, ".rodata.long_config_2"));

	diag("two sections whose names are cut alike");
	refused(&fixture, constant_fixture_object("bare_long"), "'deny_all' is 0 in the file");
	refused(&fixture, variant("bare_long", false, NULL), "the bytes of its '.rodata.long_co' do");
	map_fixture_free(&fixture);
	fixture = attached(variant("bare_long", false, NULL));
	expect_ok(swap_with(&fixture, constant_fixture_object("bare_long"), (struct cgswap_step_opts){ 0 }),
		  "all have the same bytes");
	map_fixture_free(&fixture);
}

int main(void)
{
	char path[64];

	need_live();
	if (!mkdtemp(directory))
		bail_out("no temporary directory");
	no_btf_at_all();
	old_without();
	new_without();
	cut_alike();
	snprintf(path, sizeof(path), "%s/bare.o", directory);
	if (unlink(path) || rmdir(directory))
		bail_out("cannot remove %s", directory);
	return done_testing();
}
