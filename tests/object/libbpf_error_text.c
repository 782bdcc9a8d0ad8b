/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If libbpf rejects an object, the message quotes libbpf's line with the reason, even one of debug
 * level: not its general last line, a line about an irrelevant section or its guess at a limit. No
 * remedy refers to an empty log.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <elf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char file[] = "/tmp/cgswap-test-why-XXXXXX.o";
static unsigned char bytes[65536];
static size_t size;

static enum cgswap_status open_source(const char *source, const char *attach_type)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = attach_type };
	cgswap_session *session = live_session();
	cgswap_program *program = NULL;
	enum cgswap_status status = cgswap_program_open(&program, session, source, &opts);

	cgswap_program_unref(program);
	cgswap_session_unref(session);
	return status;
}

static void read_good(void)
{
	const char *path = map_fixture_object("object/broken_base");
	FILE *in = fopen(path, "rb");

	size = in ? fread(bytes, 1, sizeof(bytes), in) : 0;
	if (!size || fclose(in))
		bail_out("cannot read %s", path);
}

/* Renames a symbol or a section in ELF only; BTF keeps the name. */
static void rename_in_elf(const char *name, char last)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes;
	Elf64_Shdr *names = (Elf64_Shdr *)(bytes + header->e_shoff) + header->e_shstrndx;
	char *at = memmem(bytes + names->sh_offset, names->sh_size, name, strlen(name) + 1);

	if (!at)
		bail_out("no symbol or section is named %s", name);
	at[strlen(name) - 1] = last;
}

static enum cgswap_status attempt(void)
{
	FILE *out = fopen(file, "wb");

	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
		bail_out("cannot write %s", file);
	return open_source(file, "egress");
}

static const char *last_log(void)
{
	return cgswap_error_get_log(cgswap_last_error());
}

static void at_debug_level(void)
{
	read_good();
	rename_in_elf("broken_seen", '_');
	EXPECT_CAUSE(attempt(), OBJECT_REFUSED, "a variable without a symbol");
	expect_message("broken_seen");
	has_str(last_log(), "broken_seen", "the log names the variable");
	read_good();
	rename_in_elf(".bss", '_');
	EXPECT_CAUSE(attempt(), OBJECT_REFUSED, "variables without a section");
	expect_message(".bss'");
	has_str(last_log(), ".bss'", "the log names the section");
	ok(!strstr(last_log(), "found program"), "the log does not have all lines of debug level");
}

/* Damages a file, with or without a message of libbpf: the remedy can always be followed. */
static void no_empty_log(void)
{
	unsigned refused = 0, empty = 0, wrong = 0;

	read_good();
	for (size_t at = 0; at < 64; at++) {
		Elf64_Ehdr *header = (Elf64_Ehdr *)bytes;
		Elf64_Shdr *table = (Elf64_Shdr *)(bytes + header->e_shoff);
		uint32_t *type = &table[1 + at / 2 % (header->e_shnum - 1)].sh_type, was = *type;
		bool good;

		*type = at % 2 ? SHT_PROGBITS : SHT_NOTE;
		good = !attempt() ||
		       cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_OBJECT_REFUSED;
		*type = was;
		if (good)
			continue;
		refused++;
		empty += !*last_log();
		wrong += !*last_log() &&
			 strstr(cgswap_error_get_remedy(cgswap_last_error()), "read the log");
	}
	diag("%u rejected, %u without a log", refused, empty);
	ok(refused, "some damaged files are rejected");
	is_int(wrong, 0, "no remedy refers to an empty log");
}

static void line_of_one_program(void)
{
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s#replacing", map_fixture_object("object/not_cgroup"));
	EXPECT_CAUSE(open_source(source, NULL), OBJECT_REFUSED,
		     "an freplace program without a target");
	expect_message("libbpf: prog 'replacing': attach");
}

static void guess_at_a_limit(void)
{
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s#tracing", map_fixture_object("object/not_cgroup"));
	ok(open_source(source, NULL) != CGSWAP_OK, "a program that may not be loaded");
	ok(!strstr(cgswap_error_get_message(cgswap_last_error()), "ulimit"),
	   "the message does not suggest a limit: %s",
	   cgswap_error_get_message(cgswap_last_error()));
}

int main(void)
{
	int fd;

	need_live();
	fd = mkstemps(file, 2);
	if (fd < 0 || close(fd))
		bail_out("no temporary file");
	at_debug_level();
	no_empty_log();
	line_of_one_program();
	without_capabilities(1ULL << CAP_PERFMON | 1ULL << CAP_SYS_ADMIN, guess_at_a_limit);
	unlink(file);
	return done_testing();
}
