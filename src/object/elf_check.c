/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports the errors of a file as precisely as libelf can. libbpf never reads beyond the end of a
 * file that passes.
 */
#include "object/elf_check.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "object/btf_check.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { OUR_ORDER = ELFDATA2LSB };
static const char our_order[] = "little-endian";
static const char other_order[] = "big-endian";
#else
enum { OUR_ORDER = ELFDATA2MSB };
static const char our_order[] = "big-endian";
static const char other_order[] = "little-endian";
#endif

struct elf_checker {
	const struct object_file *file;
	const char *path;
	Elf *elf;
	GElf_Ehdr header;
};

/* Returns NULL for a machine that is not in the table. */
static const char *elf_machine_name(unsigned machine)
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

/* Shows the printable ones of the first bytes of the file. */
static enum cgswap_status elf_error_not_elf(const struct elf_checker *checker)
{
	static const char bitcode[] = { 'B', 'C', (char)0xc0, (char)0xde };
	const struct object_file *file = checker->file;
	char start[17];
	size_t length = file->size < sizeof(start) - 1 ? file->size : sizeof(start) - 1;
	enum cgswap_status status;

	if (file->size >= sizeof(bitcode) && memcmp(file->bytes, bitcode, sizeof(bitcode)) == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
				 "'%s'{path} is LLVM bitcode, not a compiled object file",
				 checker->path);
	for (size_t i = 0; i < length; i++)
		start[i] = isprint((unsigned char)file->bytes[i]) ? file->bytes[i] : '.';
	start[length] = '\0';
	status = error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
			   "'%s'{path} is not an ELF file: it starts with '%s'{found}",
			   checker->path, start);
	error_remedy("name an object file, as compiled by clang -target bpf");
	return status;
}

static enum cgswap_status elf_error_cut_short(const struct elf_checker *checker, const char *what,
					      uint64_t end)
{
	return error_set(
		CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
		"'%s'{path} is truncated: %s ends at byte %llu{expected}, and the file has "
		"%zu{found} bytes",
		checker->path, what, (unsigned long long)end, checker->file->size);
}

static enum cgswap_status elf_error_damaged(const struct elf_checker *checker, const char *what)
{
	return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, "'%s'{path} has a damaged ELF header: %s",
			 checker->path, what);
}

/* The file must be compiled for BPF, in the byte order of this machine, and not be linked. */
static enum cgswap_status elf_check_header(const struct elf_checker *checker)
{
	const unsigned char *ident = checker->header.e_ident;
	unsigned machine = checker->header.e_machine;
	bool ours = ident[EI_DATA] == OUR_ORDER;
	const char *name = elf_machine_name(machine);

	if (machine != EM_BPF && (ours || name))
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0,
				 "'%s'{path} is compiled for %s (machine %u{found}), not for BPF",
				 checker->path,
				 name      ? name
				 : machine ? "an unknown machine"
					   : "no machine",
				 machine);
	if (!ours)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0,
				 "'%s'{path} is %s, and this machine is %s", checker->path,
				 other_order, our_order);
	if (ident[EI_CLASS] != ELFCLASS64)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0,
				 "'%s'{path} is a 32-bit file, and BPF objects are 64-bit",
				 checker->path);
	if (checker->header.e_type != ET_REL)
		return error_set(
			CGSWAP_CAUSE_OBJECT_NOT_BPF, 0,
			"'%s'{path} is a linked file (ELF type %u{found}), not an object file",
			checker->path, checker->header.e_type);
	return CGSWAP_OK;
}

/* The cause's remedy points to the log, but libbpf has not written one. */
static enum cgswap_status elf_error_content(enum cgswap_status status)
{
	error_remedy("compile the program again, and check that the whole file was copied");
	return status;
}

static enum cgswap_status elf_error_section(const struct elf_checker *checker, const char *name,
					    const char *what)
{
	char *printable = text_printable(name, strlen(name));
	enum cgswap_status status;

	status = error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0, "section '%s'{section} of '%s'{path} %s",
			   printable ? printable : "", checker->path, what);
	free(printable);
	return elf_error_content(status);
}

const char *elf_check_section_name(Elf *elf, const GElf_Shdr *shdr)
{
	const char *name = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) == 0)
		name = elf_strptr(elf, names, shdr->sh_name);
	return name ? name : "";
}

/* The table of sections must lie inside the file. */
static enum cgswap_status elf_check_table(const struct elf_checker *checker)
{
	const GElf_Ehdr *header = &checker->header;
	size_t size = checker->file->size, count;

	if (header->e_shoff == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0,
				 "'%s'{path} has no sections", checker->path);
	if (header->e_shentsize != sizeof(Elf64_Shdr))
		return elf_error_damaged(checker, "its section headers have an unexpected size");
	if (header->e_shoff > size || size - header->e_shoff < sizeof(Elf64_Shdr))
		return elf_error_cut_short(checker, "its section table",
					   header->e_shoff + sizeof(Elf64_Shdr));
	if (elf_getshdrnum(checker->elf, &count))
		return elf_error_damaged(checker, elf_errmsg(-1));
	/*
	 * libelf counts 0 if the table is cut; the header has 0 if there are too many for its field
	 */
	if (count < header->e_shnum)
		count = header->e_shnum;
	if (count > (size - header->e_shoff) / sizeof(Elf64_Shdr))
		return elf_error_cut_short(checker, "its section table",
					   header->e_shoff + count * sizeof(Elf64_Shdr));
	return CGSWAP_OK;
}

/* libbpf reads these sections without checking that they have content. */
static bool elf_needs_content(const char *name)
{
	static const char *const names[] = { "license", "version",  ".maps",
					     ".BTF",    ".BTF.ext", ".struct_ops" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* libbpf adds the offset and length of a function, which may overflow. */
static bool elf_symbol_is_inside(const struct elf_checker *checker, const GElf_Sym *symbol,
				 GElf_Shdr *target)
{
	unsigned type = GELF_ST_TYPE(symbol->st_info);
	bool placed;

	if (type != STT_FUNC && type != STT_OBJECT)
		return true;
	placed = gelf_getshdr(elf_getscn(checker->elf, symbol->st_shndx), target);
	if (type == STT_FUNC)
		return !placed || (symbol->st_value <= target->sh_size &&
				   symbol->st_size <= target->sh_size - symbol->st_value);
	/* libbpf finds variables by name, and adds their offset in 32 bits */
	return symbol->st_value <= (placed ? target->sh_size : checker->file->size);
}

static enum cgswap_status elf_check_symbols(const struct elf_checker *checker, Elf_Scn *section,
					    const GElf_Shdr *shdr, const char *name)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Shdr target;
	GElf_Sym symbol;

	if (shdr->sh_entsize != sizeof(Elf64_Sym) || shdr->sh_size % sizeof(Elf64_Sym) || !data)
		return elf_error_section(checker, name, "is not a symbol table");
	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		if (elf_symbol_is_inside(checker, &symbol, &target))
			continue;
		if (GELF_ST_TYPE(symbol.st_info) == STT_OBJECT)
			return elf_error_section(checker, name,
						 "has a variable outside its section");
		return elf_error_section(checker, elf_check_section_name(checker->elf, &target),
					 "ends before a program in it does");
	}
	return CGSWAP_OK;
}

static enum cgswap_status elf_check_section(const struct elf_checker *checker, Elf_Scn *section,
					    const GElf_Shdr *shdr)
{
	bool empty = shdr->sh_type == SHT_NOBITS || shdr->sh_type == SHT_NULL;
	const char *name = elf_check_section_name(checker->elf, shdr);
	size_t size = checker->file->size;
	char fault[128];
	int err;

	if ((empty || !shdr->sh_size) && elf_needs_content(name))
		return elf_error_section(checker, name, "is empty");
	if (shdr->sh_type == SHT_NOBITS && shdr->sh_size > INT_MAX)
		return elf_error_section(checker, name, "is larger than any map");
	if (empty)
		return CGSWAP_OK;
	if (shdr->sh_offset > size || shdr->sh_size > size - shdr->sh_offset)
		return elf_error_cut_short(checker, "a section", shdr->sh_offset + shdr->sh_size);
	if (shdr->sh_type == SHT_SYMTAB)
		return elf_check_symbols(checker, section, shdr, name);
	/* bytes that libelf does not convert are readable as they are */
	if (shdr->sh_type != SHT_PROGBITS && !elf_getdata(section, NULL))
		return elf_error_section(checker, name, "cannot be read");
	if (shdr->sh_type == SHT_REL &&
	    (!shdr->sh_info || !elf_getdata(elf_getscn(checker->elf, shdr->sh_info), NULL)))
		return elf_error_section(checker, name, "relocates a missing section");
	if (strcmp(name, ".BTF"))
		return CGSWAP_OK;
	err = btf_check(checker->file->bytes + shdr->sh_offset, shdr->sh_size, fault,
			sizeof(fault));
	if (err == -ENOMEM)
		return error_no_memory();
	if (err)
		return elf_error_content(error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
						   "the BTF of '%s'{path} is damaged: %s{found}",
						   checker->path, fault));
	return CGSWAP_OK;
}

static enum cgswap_status elf_check_sections(const struct elf_checker *checker)
{
	enum cgswap_status status = elf_check_table(checker);
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	while (!status && (section = elf_nextscn(checker->elf, section)))
		if (gelf_getshdr(section, &shdr))
			status = elf_check_section(checker, section, &shdr);
	return status;
}

static enum cgswap_status elf_check_all(struct elf_checker *checker)
{
	enum cgswap_status status;

	if (!checker->elf || elf_kind(checker->elf) != ELF_K_ELF ||
	    !gelf_getehdr(checker->elf, &checker->header))
		return elf_error_damaged(checker, elf_errmsg(-1));
	status = elf_check_header(checker);
	return status ? status : elf_check_sections(checker);
}

enum cgswap_status elf_check(struct object_file *file, const char *path)
{
	struct elf_checker checker = { .file = file, .path = path };

	if (file->size < SELFMAG || memcmp(file->bytes, ELFMAG, SELFMAG))
		return elf_error_not_elf(&checker);
	if (file->size < sizeof(Elf64_Ehdr))
		return elf_error_cut_short(&checker, "its header", sizeof(Elf64_Ehdr));
	elf_version(EV_CURRENT);
	file->elf = checker.elf = elf_memory(file->bytes, file->size);
	return elf_check_all(&checker);
}

void elf_check_license(char *out, size_t size, const struct object_file *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	*out = '\0';
	while (!*out && (section = elf_nextscn(file->elf, section))) {
		size_t length;

		if (!gelf_getshdr(section, &shdr) || shdr.sh_type == SHT_NOBITS ||
		    strcmp(elf_check_section_name(file->elf, &shdr), "license") != 0)
			continue;
		length = shdr.sh_size < size - 1 ? shdr.sh_size : size - 1;
		memcpy(out, file->bytes + shdr.sh_offset, length);
		out[length] = '\0';
	}
}
