/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replacing an attached firewall by one of more than twenty kinds of broken object files gives the
 * cause of each, leaves the chain unchanged, and leaves no descriptor, program or map behind.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FLIPS = 300, CUTS = 64, PATIENCE = 3000, SEED = 20 };

static struct fixture fixture;
static struct raw_chain before;
static unsigned programs, maps; /* with names of this test, while the firewall is attached */
static char directory[] = "/tmp/cgswap-test-broken-XXXXXX", file[64];
static unsigned char good[65536], bytes[65536];
static size_t size;

/* ---- programs and maps in the kernel ---- */

/* Counts the programs or maps with a name that only this test uses. */
static unsigned count_ours(int next_command, int open_command, size_t name_at)
{
	struct {
		uint32_t id, next_id, flags;
	} walk = { 0 };
	unsigned found = 0;

	for (; raw_bpf(next_command, &walk, sizeof(walk)) == 0; walk.id = walk.next_id) {
		struct {
			uint32_t id, next_id, flags;
		} open = { .id = walk.next_id };
		char info[256] = "";
		struct {
			uint32_t fd, size;
			uint64_t info;
		} ask = { .size = sizeof(info), .info = (uintptr_t)info };
		int fd = raw_bpf(open_command, &open, sizeof(open));

		if (fd < 0)
			continue;
		ask.fd = fd;
		if (raw_bpf(BPF_OBJ_GET_INFO_BY_FD, &ask, sizeof(ask)) == 0)
			found += strncmp(info + name_at, "broken", 6) == 0;
		raw_close(fd);
	}
	return found;
}

static unsigned count_programs(void)
{
	return count_ours(BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID,
			  offsetof(struct bpf_prog_info, name));
}

static unsigned count_maps(void)
{
	return count_ours(BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID,
			  offsetof(struct bpf_map_info, name));
}

/* The kernel frees programs and maps a little later. */
static void nothing_is_left(void)
{
	const struct timespec pause = { .tv_nsec = 1000 * 1000 };

	for (int i = 0; i < PATIENCE; i++) {
		if (count_programs() == programs && count_maps() == maps)
			break;
		nanosleep(&pause, NULL);
	}
	is_int(count_programs(), programs, "no program is left behind");
	is_int(count_maps(), maps, "no map is left behind");
}

/* ---- files ---- */

static void read_good(const char *name)
{
	char below[128], *path;
	FILE *in;

	snprintf(below, sizeof(below), "tests/bpf/object/%s.bpf.o", name);
	path = build_path(below);
	in = fopen(path, "rb");
	size = in ? fread(good, 1, sizeof(good), in) : 0;
	if (!size || fclose(in))
		bail_out("cannot read %s", path);
	memcpy(bytes, good, size);
	free(path);
}

static void write_bytes(size_t length)
{
	FILE *out = fopen(file, "wb");

	if (!out || fwrite(bytes, 1, length, out) != length || fclose(out))
		bail_out("cannot write %s", file);
	memcpy(bytes, good, size);
}

/* Finds the header of a section in the bytes. */
static Elf64_Shdr *section(const char *name)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes;
	Elf64_Shdr *table = (Elf64_Shdr *)(bytes + header->e_shoff);
	const char *names = (const char *)bytes + table[header->e_shstrndx].sh_offset;

	for (size_t i = 0; i < header->e_shnum; i++)
		if (strcmp(names + table[i].sh_name, name) == 0)
			return &table[i];
	bail_out("the object has no section %s", name);
	return NULL;
}

/* ---- attempts ---- */

/* Adds a step that replaces the firewall by a program of the file; never commits. */
static enum cgswap_status attempt(const char *path, const char *program)
{
	cgswap_replace *replace;
	enum cgswap_status status;
	char source[512];

	snprintf(source, sizeof(source), "obj:%s%s", path, program);
	if (cgswap_replace_new(&replace, fixture.session, NULL))
		return CGSWAP_E_SYSTEM;
	status = cgswap_replace_add_source(replace, fixture.chain, "name:broken_fw", source, NULL);
	is_int(cgswap_replace_get_length(replace), !status,
	       "the transaction has the step only if it was added");
	cgswap_replace_unref(replace);
	return status;
}

/* libbpf has error numbers beyond those of the system: the message has their text instead. */
static void errno_is_the_systems(void)
{
	const cgswap_error *error = cgswap_last_error();
	int errnum = cgswap_error_get_errno(error);

	ok(!errnum || *cgswap_errno_get_name(errnum), "errno %d is one of the system's", errnum);
	ok(!strstr(cgswap_error_get_message(error), "libbpf: :"),
	   "the message has libbpf's text: %s", cgswap_error_get_message(error));
}

#define BROKEN(cause, part, name)                                                                  \
	do {                                                                                       \
		EXPECT_CAUSE(attempt(file, ""), cause, "%s", name);                                \
		expect_message(part);                                                              \
		errno_is_the_systems();                                                            \
		fixture_untouched(&fixture, &before, "the chain is as before");                    \
	} while (0)

#define BROKEN_BUILT(object, program, cause, part, name)                                           \
	do {                                                                                       \
		char *path_ = build_path("tests/bpf/object/" object ".bpf.o");                     \
		EXPECT_CAUSE(attempt(path_, program), cause, "%s", name);                          \
		expect_message(part);                                                              \
		errno_is_the_systems();                                                            \
		fixture_untouched(&fixture, &before, "the chain is as before");                    \
		free(path_);                                                                       \
	} while (0)

static void no_objects(void)
{
	static const char bitcode[] = { 'B', 'C', (char)0xc0, (char)0xde, 0 };

	EXPECT_CAUSE(attempt("/nowhere/a.o", ""), OBJECT_NOT_FOUND, "a missing file");
	EXPECT_CAUSE(attempt("/tmp", ""), OBJECT_NOT_ELF, "a directory");
	write_bytes(0);
	BROKEN(OBJECT_NOT_ELF, "is empty", "an empty file");
	strcpy((char *)bytes, "#include <linux/bpf.h>\n");
	write_bytes(23);
	BROKEN(OBJECT_NOT_ELF, "#include", "a text file");
	memcpy(bytes, bitcode, sizeof(bitcode));
	write_bytes(size);
	BROKEN(OBJECT_NOT_ELF, "LLVM bitcode", "LLVM bitcode");
	write_bytes(size - 1);
	BROKEN(OBJECT_NOT_ELF, "is truncated", "an object file without its last byte");
	for (size_t i = 1; i < CUTS; i++) {
		write_bytes(size * i / CUTS);
		EXPECT_CAUSE(attempt(file, ""), OBJECT_NOT_ELF,
			     "an object file cut after %zu bytes", size * i / CUTS);
	}
}

static void for_others(void)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes;

	EXPECT_CAUSE(attempt("/proc/self/exe", ""), OBJECT_NOT_BPF,
		     "an executable of this machine");
	header->e_machine = EM_X86_64;
	write_bytes(size);
	BROKEN(OBJECT_NOT_BPF, "x86-64", "an object for x86");
	header->e_machine = EM_AARCH64;
	write_bytes(size);
	BROKEN(OBJECT_NOT_BPF, "aarch64", "an object for Arm");
	header->e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	write_bytes(size);
	BROKEN(OBJECT_NOT_BPF, "endian, and this machine is", "an object of the other byte order");
	header->e_ident[EI_CLASS] = ELFCLASS32;
	write_bytes(size);
	BROKEN(OBJECT_NOT_BPF, "32-bit", "a file of 32 bits");
	header->e_type = ET_EXEC;
	write_bytes(size);
	BROKEN(OBJECT_NOT_BPF, "a linked file", "a linked file");
}

static void damaged(void)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes;

	header->e_shoff = 0;
	write_bytes(size);
	BROKEN(OBJECT_HAS_NO_PROGRAM, "no sections", "a file without sections");
	header->e_shentsize = 8;
	write_bytes(size);
	BROKEN(OBJECT_NOT_ELF, "unexpected size", "sections of an odd size");
	section(".symtab")->sh_size -= 1;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "symbol table", "half a symbol");
	section("license")->sh_type = SHT_NOBITS;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "is empty", "a license without content");
	section(".maps")->sh_type = SHT_NULL;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "is empty", "maps in a section without content");
	section(".bss")->sh_size |= 1u << 31;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "section '.bss'", "globals too large for a map");
	section(".strtab")->sh_type = SHT_PROGBITS;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "libbpf rejected ", "a string table of the wrong type");
	section(".relcgroup_skb/egress")->sh_info = 0;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "missing section", "relocations of a missing section");
	/* the 24-byte header of the BTF, the name of the first type, and then its info */
	bytes[section(".BTF")->sh_offset + 24 + 4 + 2] = 1;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "sets reserved bits", "a type with more than 16 bits of members");
	bytes[section(".BTF")->sh_offset + 24 + 4 + 2] = 0;
	/* the first type is a pointer: make it refer to a missing type */
	memset(bytes + section(".BTF")->sh_offset + 24 + 8, 0x7f, 4);
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "the BTF of ", "a type that refers to a missing type");
	memset(bytes + section(".BTF")->sh_offset, 0, 4);
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "the BTF of ", "BTF without a valid header");
}

/* Finds a symbol in the bytes. */
static Elf64_Sym *symbol(const char *name)
{
	Elf64_Shdr *table = section(".symtab");
	Elf64_Sym *symbols = (Elf64_Sym *)(bytes + table->sh_offset);
	const char *names = (const char *)bytes + section(".strtab")->sh_offset;

	for (size_t i = 0; i < table->sh_size / sizeof(*symbols); i++)
		if (strcmp(names + symbols[i].st_name, name) == 0)
			return &symbols[i];
	bail_out("the object has no symbol %s", name);
	return NULL;
}

/* libbpf looks for variables by name, and adds offset and size in 32 bits. */
static void symbols_beyond_section(void)
{
	read_good("struct_ops");
	symbol("congestion")->st_value = 0x3ffffffff;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "variable outside", "a variable beyond its section");
	symbol("congestion")->st_value = 0x3ffffffff;
	symbol("congestion")->st_shndx = SHN_XINDEX;
	write_bytes(size);
	BROKEN(OBJECT_REFUSED, "variable outside", "a variable without a section");
	read_good("broken_base");
	write_bytes(size);
}

static void unfit(void)
{
	BROKEN_BUILT("no_program", "", OBJECT_HAS_NO_PROGRAM, "no program",
		     "an object without a program");
	BROKEN_BUILT("no_attach_type", "", OBJECT_HAS_NO_PROGRAM, "pass_frame",
		     "a program that cannot be attached to a cgroup");
	BROKEN_BUILT("several_programs", "", SOURCE_AMBIGUOUS, "second",
		     "several programs that fit");
	BROKEN_BUILT("several_programs", "#third", PROGRAM_NOT_IN_OBJECT, "connecting",
		     "the name of a missing program");
	BROKEN_BUILT("several_programs", "#connecting", PROGRAM_TYPE_MISMATCH, "connecting",
		     "a program for another attach type");
	BROKEN_BUILT("calls_nowhere", "", OBJECT_REFUSED, "libbpf", "an undefined function");
}

/* These reach the kernel: their maps are made before the kernel rejects the program. */
static void refused(void)
{
	BROKEN_BUILT("broken_read", "", VERIFIER_REFUSED, "the verifier rejected",
		     "a program that the verifier rejects");
	has_str(cgswap_error_get_log(cgswap_last_error()), "map_value_or_null",
		"the log quotes the verifier");
	BROKEN_BUILT("broken_license", "", VERIFIER_REFUSED, "GPL", "a program without a license");
	BROKEN_BUILT("broken_wide", "", MAP_CHANGED, "broken_state",
		     "a map with another value size");
	BROKEN_BUILT("broken_big", "", MAP_CHANGED, "broken_state",
		     "a map with another number of entries");
}

/* Without an old map to compare with, the kernel is asked for the map that is too big. */
static void too_big(void)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	char *path = build_path("tests/bpf/object/broken_big.bpf.o");
	cgswap_program *program;

	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, path, &opts), MAP_REFUSED,
		     "a map that is too big");
	expect_message("broken_state");
	free(path);
}

static bool is_known(enum cgswap_cause cause)
{
	static const enum cgswap_cause known[] = {
		CGSWAP_CAUSE_OBJECT_NOT_ELF,         CGSWAP_CAUSE_OBJECT_NOT_BPF,
		CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM,  CGSWAP_CAUSE_OBJECT_REFUSED,
		CGSWAP_CAUSE_VERIFIER_REFUSED,       CGSWAP_CAUSE_MAP_CHANGED,
		CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH,  CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH,
		CGSWAP_CAUSE_CONSTANTS_CHANGED,
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i] == cause)
			return true;
	/* a map of a gigabyte can be made on one machine, and not on another */
	return cause == CGSWAP_CAUSE_OUT_OF_MEMORY &&
	       strstr(cgswap_error_get_message(cgswap_last_error()), "map '");
}

/* Flips one to four bits anywhere: each error has a cause, and a success does no harm. */
static void flipped(void)
{
	struct descriptors open = descriptors_now();
	unsigned refusals = 0, odd = 0;

	srandom(SEED);
	for (int i = 0; i < FLIPS; i++) {
		cgswap_replace *replace;
		char source[128];

		for (long bits = random() % 4; bits >= 0; bits--)
			bytes[random() % size] ^= 1 << random() % 8;
		write_bytes(size);
		snprintf(source, sizeof(source), "obj:%s", file);
		if (cgswap_replace_new(&replace, fixture.session, NULL))
			bail_out("no transaction");
		if (cgswap_replace_add_source(replace, fixture.chain, "name:broken_fw", source,
					      NULL)) {
			enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

			refusals++;
			odd += !is_known(cause);
			if (!is_known(cause))
				diag("flip %d: %s: %s", i, cgswap_cause_get_name(cause),
				     cgswap_error_get_message(cgswap_last_error()));
		}
		cgswap_replace_unref(replace);
	}
	diag("%u of %d were rejected, with the seed %d", refusals, FLIPS, SEED);
	is_int(odd, 0, "each error has a cause about the object");
	ok(refusals > FLIPS / 8, "many flipped files give an error");
	ok(descriptors_same(&open), "no descriptor is left open");
	fixture_untouched(&fixture, &before, "the chain is as before");
}

int main(void)
{
	cgswap_program *firewall;

	need_live();
	if (!mkdtemp(directory))
		bail_out("no temporary directory");
	/* maps of globals are named after the file */
	snprintf(file, sizeof(file), "%s/broken.o", directory);
	read_good("broken_base");
	write_bytes(size);
	fixture = fixture_new("broken", 1);
	expect_ok(cgswap_program_open(&firewall, fixture.session, file, NULL),
		  "a firewall is loaded");
	expect_ok(cgswap_chain_attach(fixture.chain, firewall, NULL), "the firewall is attached");
	programs = count_programs();
	maps = count_maps();
	is_int(programs, 1, "the kernel has one such program");
	is_int(maps, 3, "and three of its maps");
	before = fixture_chain(&fixture);
	expect_ok(attempt(file, ""), "the unbroken object is accepted");
	no_objects();
	for_others();
	damaged();
	symbols_beyond_section();
	unfit();
	refused();
	too_big();
	flipped();
	nothing_is_left();
	expect_ok(cgswap_chain_detach(fixture.chain, "name:broken_fw", NULL),
		  "the firewall is detached");
	cgswap_program_unref(firewall);
	programs = 0;
	maps = 0;
	nothing_is_left();
	fixture_free(&fixture);
	unlink(file);
	rmdir(directory);
	return done_testing();
}
