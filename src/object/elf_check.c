/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with a file that is no BPF object, told as precisely as libelf can. What comes
 * through is at least a whole file, so that libbpf does not look outside of it.
 */
#include <ctype.h>
#include <elf.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "object/elf_check.h"
#include "base/text.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { OUR_ORDER = ELFDATA2LSB };
static const char our_order[] = "little-endian";
static const char other_order[] = "big-endian";
#else
enum { OUR_ORDER = ELFDATA2MSB };
static const char our_order[] = "big-endian";
static const char other_order[] = "little-endian";
#endif

/* A file under examination, with all that a refusal says of it. */
struct suspect {
	const struct object_file *file;
	const char *path;
	Elf *elf;
	GElf_Ehdr header;
};

/* NULL for one that we have no name for. */
static const char *machine_name(unsigned machine)
{
	static const struct {
		unsigned machine;
		const char *name;
	} names[] = {
		{ EM_386, "i386" },        { EM_68K, "m68k" },      { EM_AARCH64, "aarch64" },
		{ EM_ALPHA, "alpha" },     { EM_ARM, "arm" },       { EM_IA_64, "ia64" },
		{ EM_MIPS, "mips" },       { EM_PARISC, "parisc" }, { EM_PPC, "powerpc" },
		{ EM_PPC64, "powerpc64" }, { EM_RISCV, "riscv" },   { EM_S390, "s390" },
		{ EM_SH, "sh" },           { EM_SPARC, "sparc" },   { EM_SPARCV9, "sparc64" },
		{ EM_X86_64, "x86-64" },   { 258, "loongarch" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return NULL;
}

/* Its first bytes, as far as they can be shown. */
static enum cgswap_status error_not_elf(const struct suspect *suspect)
{
	static const char bitcode[] = { 'B', 'C', (char)0xc0, (char)0xde };
	const struct object_file *file = suspect->file;
	char start[17];
	size_t length = file->size < sizeof(start) - 1 ? file->size : sizeof(start) - 1;

	if (file->size >= sizeof(bitcode) && memcmp(file->bytes, bitcode, sizeof(bitcode)) == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
				 "%s is LLVM bitcode, which is not compiled to the end yet",
				 suspect->path);
	for (size_t i = 0; i < length; i++)
		start[i] = isprint((unsigned char)file->bytes[i]) ? file->bytes[i] : '.';
	start[length] = '\0';
	return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, "%s is no ELF file: it starts with \"%s\"",
			 suspect->path, start);
}

static enum cgswap_status error_cut_short(const struct suspect *suspect, const char *what,
					  uint64_t end)
{
	return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
			 "%s is cut short: %s ends at byte %llu, and the file has %zu",
			 suspect->path, what, (unsigned long long)end, suspect->file->size);
}

static enum cgswap_status error_damaged(const struct suspect *suspect, const char *what)
{
	return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, "%s has a damaged ELF header: %s",
			 suspect->path, what);
}

/* For whom the file was made: BPF, in our byte order, and not linked. */
static enum cgswap_status check_elf_kind(const struct suspect *suspect)
{
	const unsigned char *ident = suspect->header.e_ident;
	unsigned machine = suspect->header.e_machine;
	bool ours = ident[EI_DATA] == OUR_ORDER;
	const char *name = machine_name(machine);

	if (machine != EM_BPF && (ours || name))
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0,
				 "%s is made for %s (machine %u), not for BPF", suspect->path,
				 name      ? name
				 : machine ? "an unknown machine"
					   : "no machine",
				 machine);
	if (!ours)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0, "%s is %s, and this machine is %s",
				 suspect->path, other_order, our_order);
	if (ident[EI_CLASS] != ELFCLASS64)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0,
				 "%s is a file of 32 bits, and objects of BPF have 64",
				 suspect->path);
	if (suspect->header.e_type != ET_REL)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0,
				 "%s is a linked file (ELF type %u), and no object", suspect->path,
				 suspect->header.e_type);
	return CGSWAP_OK;
}

/* Nobody else has a word on it: there is no log to read. */
static enum cgswap_status error_content(enum cgswap_status status)
{
	error_remedy("compile the program again; the message says what is wrong with the file");
	return status;
}

static enum cgswap_status error_section(const struct suspect *suspect, const char *name,
					const char *what)
{
	char *printable = text_printable(name, strlen(name));
	enum cgswap_status status;

	status = error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0, "section %s of %s %s",
			   printable ? printable : "", suspect->path, what);
	free(printable);
	return error_content(status);
}

const char *elf_check_name(Elf *elf, const GElf_Shdr *shdr)
{
	const char *name = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) == 0)
		name = elf_strptr(elf, names, shdr->sh_name);
	return name ? name : "";
}

/* The table of sections must lie inside the file. */
static enum cgswap_status check_table(const struct suspect *suspect)
{
	const GElf_Ehdr *header = &suspect->header;
	size_t size = suspect->file->size, count;

	if (header->e_shoff == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, "%s has no sections",
				 suspect->path);
	if (header->e_shentsize != sizeof(Elf64_Shdr))
		return error_damaged(suspect, "its section headers have an odd size");
	if (header->e_shoff > size || size - header->e_shoff < sizeof(Elf64_Shdr))
		return error_cut_short(suspect, "its section table",
				       header->e_shoff + sizeof(Elf64_Shdr));
	if (elf_getshdrnum(suspect->elf, &count))
		return error_damaged(suspect, elf_errmsg(-1));
	/* libelf has none where the table is cut, the header where they are too many for it */
	if (count < header->e_shnum)
		count = header->e_shnum;
	if (count > (size - header->e_shoff) / sizeof(Elf64_Shdr))
		return error_cut_short(suspect, "its section table",
				       header->e_shoff + count * sizeof(Elf64_Shdr));
	return CGSWAP_OK;
}

/* Sections that libbpf reads without a look at whether they have content. */
static bool needs_content(const char *name)
{
	static const char *const names[] = { "license", "version",  ".maps",
					     ".BTF",    ".BTF.ext", ".struct_ops" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Functions must lie inside their sections: libbpf adds place and length, which may overflow. */
static bool is_inside(const struct suspect *suspect, const GElf_Sym *symbol, GElf_Shdr *target)
{
	bool placed = gelf_getshdr(elf_getscn(suspect->elf, symbol->st_shndx), target);

	switch (GELF_ST_TYPE(symbol->st_info)) {
	case STT_FUNC:
		return !placed || (symbol->st_value <= target->sh_size &&
				   symbol->st_size <= target->sh_size - symbol->st_value);
	case STT_OBJECT:
		/* it finds variables by their names, and adds their place as 32 bits */
		return symbol->st_value <= (placed ? target->sh_size : suspect->file->size);
	default:
		return true;
	}
}

static enum cgswap_status check_symbols(const struct suspect *suspect, Elf_Scn *section,
					const GElf_Shdr *shdr, const char *name)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Shdr target;
	GElf_Sym symbol;

	if (shdr->sh_entsize != sizeof(Elf64_Sym) || shdr->sh_size % sizeof(Elf64_Sym) || !data)
		return error_section(suspect, name, "is no table of symbols");
	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		if (is_inside(suspect, &symbol, &target))
			continue;
		if (GELF_ST_TYPE(symbol.st_info) == STT_OBJECT)
			return error_section(suspect, name, "has a variable beyond its section");
		return error_section(suspect, elf_check_name(suspect->elf, &target),
				     "ends before a program in it does");
	}
	return CGSWAP_OK;
}

static enum cgswap_status check_elf_section(const struct suspect *suspect, Elf_Scn *section,
					    const GElf_Shdr *shdr)
{
	bool empty = shdr->sh_type == SHT_NOBITS || shdr->sh_type == SHT_NULL;
	const char *name = elf_check_name(suspect->elf, shdr);
	size_t size = suspect->file->size;
	char fault[128];

	if (needs_content(name) && (empty || !shdr->sh_size))
		return error_section(suspect, name, "has no content");
	if (shdr->sh_type == SHT_NOBITS && shdr->sh_size > INT_MAX)
		return error_section(suspect, name, "is more than any map can hold");
	if (empty)
		return CGSWAP_OK;
	if (shdr->sh_offset > size || shdr->sh_size > size - shdr->sh_offset)
		return error_cut_short(suspect, "a section", shdr->sh_offset + shdr->sh_size);
	if (shdr->sh_type == SHT_SYMTAB)
		return check_symbols(suspect, section, shdr, name);
	if (!elf_getdata(section, NULL))
		return error_section(suspect, name, "cannot be read");
	if (shdr->sh_type == SHT_REL &&
	    (!shdr->sh_info || !elf_getdata(elf_getscn(suspect->elf, shdr->sh_info), NULL)))
		return error_section(suspect, name, "changes a section that is not there");
	if (strcmp(name, ".BTF") == 0 &&
	    !btf_check(suspect->file->bytes + shdr->sh_offset, shdr->sh_size, fault, sizeof(fault)))
		return error_content(error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
					       "the types (BTF) in %s are damaged: %s",
					       suspect->path, fault));
	return CGSWAP_OK;
}

static enum cgswap_status check_sections(const struct suspect *suspect)
{
	enum cgswap_status status = check_table(suspect);
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	while (!status && (section = elf_nextscn(suspect->elf, section)))
		if (gelf_getshdr(section, &shdr))
			status = check_elf_section(suspect, section, &shdr);
	return status;
}

static enum cgswap_status check_elf(struct suspect *suspect)
{
	enum cgswap_status status;

	if (!suspect->elf || elf_kind(suspect->elf) != ELF_K_ELF ||
	    !gelf_getehdr(suspect->elf, &suspect->header))
		return error_damaged(suspect, elf_errmsg(-1));
	status = check_elf_kind(suspect);
	return status ? status : check_sections(suspect);
}

/* libelf reads what is in memory in place, and does not write there. */
Elf *elf_check_open(const struct object_file *file)
{
	elf_version(EV_CURRENT);
	return elf_memory(file->bytes, file->size);
}

enum cgswap_status elf_check(const struct object_file *file, const char *path)
{
	struct suspect suspect = { .file = file, .path = path };
	enum cgswap_status status;

	if (file->size < SELFMAG || memcmp(file->bytes, ELFMAG, SELFMAG))
		return error_not_elf(&suspect);
	if (file->size < sizeof(Elf64_Ehdr))
		return error_cut_short(&suspect, "its header", sizeof(Elf64_Ehdr));
	suspect.elf = elf_check_open(file);
	status = check_elf(&suspect);
	elf_end(suspect.elf);
	return status;
}

void object_license(char *out, size_t size, const struct object_file *file)
{
	Elf *elf = elf_check_open(file);
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	*out = '\0';
	while (elf && !*out && (section = elf_nextscn(elf, section))) {
		size_t length;

		if (!gelf_getshdr(section, &shdr) || shdr.sh_type == SHT_NOBITS ||
		    strcmp(elf_check_name(elf, &shdr), "license") != 0)
			continue;
		length = shdr.sh_size < size - 1 ? shdr.sh_size : size - 1;
		memcpy(out, file->bytes + shdr.sh_offset, length);
		out[length] = '\0';
	}
	elf_end(elf);
}
