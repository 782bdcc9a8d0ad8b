/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports the errors of a file as precisely as libelf can. libbpf never reads beyond the end of a
 * file that passes.
 */
#include "object/elf_check.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <gelf.h>
#include <libelf.h>
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

enum { SECTION_LLVM_ADDRSIG = 0x6fff4c03 }; /* bytes, in each object that clang compiles */

struct elf_checker {
	struct object_file *file;
	const char *path;
	GElf_Ehdr header;
	bool plain; /* its header is read as it is */
	Elf *elf;   /* NULL: libelf was not needed so far */
};

/* As libbpf opens it. NULL: libelf rejects the file. */
static Elf *elf_ask_libelf(struct elf_checker *checker)
{
	if (!checker->elf) {
		elf_version(EV_CURRENT);
		checker->elf = elf_memory(checker->file->bytes, checker->file->size);
	}
	return checker->elf;
}

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

	if (file->size >= sizeof(bitcode) && memcmp(file->bytes, bitcode, sizeof(bitcode)) == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
				 "'%s'{path} is LLVM bitcode, not a compiled object file",
				 checker->path);
	for (size_t i = 0; i < length; i++)
		start[i] = isprint((unsigned char)file->bytes[i]) ? file->bytes[i] : '.';
	start[length] = '\0';
	return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0,
			 "'%s'{path} is not an ELF file: it starts with '%s'{found}", checker->path,
			 start);
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

/* Reads the number of sections, and the index of the one with their names. */
static bool elf_count_sections(const struct elf_checker *checker, size_t *count, size_t *names)
{
	const GElf_Ehdr *header = &checker->header;

	*count = header->e_shnum;
	*names = header->e_shstrndx;
	if (checker->plain)
		return true;
	if (elf_getshdrnum(checker->elf, count))
		return false;
	/*
	 * libelf counts 0 if the table is cut; the header has 0 if there are too many for its field
	 */
	if (*count < header->e_shnum)
		*count = header->e_shnum;
	/* without names all are "" */
	if (elf_getshdrstrndx(checker->elf, names))
		*names = 0;
	return true;
}

/* The table of sections must lie inside the file; opens the view of it. */
static enum cgswap_status elf_check_table(struct elf_checker *checker)
{
	const GElf_Ehdr *header = &checker->header;
	size_t size = checker->file->size, count, names;

	if (header->e_shoff == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0,
				 "'%s'{path} has no sections", checker->path);
	if (header->e_shentsize != sizeof(Elf64_Shdr))
		return elf_error_damaged(checker, "its section headers have an unexpected size");
	if (header->e_shoff > size || size - header->e_shoff < sizeof(Elf64_Shdr))
		return elf_error_cut_short(checker, "its section table",
					   header->e_shoff + sizeof(Elf64_Shdr));
	if (!elf_count_sections(checker, &count, &names))
		return elf_error_damaged(checker, elf_errmsg(-1));
	if (count > (size - header->e_shoff) / sizeof(Elf64_Shdr))
		return elf_error_cut_short(checker, "its section table",
					   header->e_shoff + count * sizeof(Elf64_Shdr));
	return elf_view_open(&checker->file->view, checker->file->bytes, size, header->e_shoff,
			     count, names)
		       ? CGSWAP_OK
		       : error_no_memory();
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

/* True if libelf can read the section, and thereby libbpf. Most are plain, and it need not be
 * asked. */
static bool elf_is_readable(struct elf_checker *checker, size_t index)
{
	const struct elf_view *view = &checker->file->view;
	const Elf64_Shdr *shdr = elf_view_section(view, index);

	if (shdr && elf_view_has_content(view, shdr) && !(shdr->sh_flags & SHF_COMPRESSED))
		switch (shdr->sh_type) {
		case SHT_PROGBITS:
		case SHT_STRTAB:
		case SECTION_LLVM_ADDRSIG:
			return true;
		case SHT_REL:
			if (shdr->sh_size % sizeof(Elf64_Rel) == 0)
				return true;
			break;
		case SHT_SYMTAB:
			if (shdr->sh_size % sizeof(Elf64_Sym) == 0)
				return true;
			break;
		default:
			break;
		}
	return elf_getdata(elf_getscn(elf_ask_libelf(checker), index), NULL);
}

/* libbpf adds the offset and length of a function, which may overflow. */
static bool elf_symbol_is_inside(const struct elf_checker *checker, const Elf64_Sym *symbol,
				 const Elf64_Shdr *target)
{
	unsigned type = ELF64_ST_TYPE(symbol->st_info);

	if (type == STT_FUNC)
		return !target || (symbol->st_value <= target->sh_size &&
				   symbol->st_size <= target->sh_size - symbol->st_value);
	/* libbpf finds variables by name, and adds their offset in 32 bits */
	return type != STT_OBJECT ||
	       symbol->st_value <= (target ? target->sh_size : checker->file->size);
}

static enum cgswap_status elf_check_symbols(struct elf_checker *checker, size_t index)
{
	const struct elf_view *view = &checker->file->view;
	const Elf64_Shdr *shdr = &view->sections[index], *target;
	Elf64_Sym symbol;

	if (shdr->sh_entsize != sizeof(Elf64_Sym) || shdr->sh_size % sizeof(Elf64_Sym) ||
	    !elf_is_readable(checker, index))
		return elf_error_section(checker, elf_view_name(view, shdr),
					 "is not a symbol table");
	for (size_t i = 0; elf_view_symbol(view, index, i, &symbol); i++) {
		target = elf_view_section(view, symbol.st_shndx);
		if (elf_symbol_is_inside(checker, &symbol, target))
			continue;
		if (ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT)
			return elf_error_section(checker, elf_view_name(view, shdr),
						 "has a variable outside its section");
		return elf_error_section(checker, elf_view_name(view, target),
					 "ends before a program in it does");
	}
	return CGSWAP_OK;
}

static enum cgswap_status elf_check_btf(const struct elf_checker *checker, const Elf64_Shdr *shdr)
{
	char fault[128];
	int err = btf_check(checker->file->bytes + shdr->sh_offset, shdr->sh_size, fault,
			    sizeof(fault));

	if (err == -ENOMEM)
		return error_no_memory();
	if (err)
		return elf_error_content(error_set(CGSWAP_CAUSE_OBJECT_REFUSED, 0,
						   "the BTF of '%s'{path} is damaged: %s{found}",
						   checker->path, fault));
	return CGSWAP_OK;
}

static enum cgswap_status elf_check_section(struct elf_checker *checker, size_t index)
{
	const struct elf_view *view = &checker->file->view;
	const Elf64_Shdr *shdr = &view->sections[index];
	bool empty = shdr->sh_type == SHT_NOBITS || shdr->sh_type == SHT_NULL;

	if ((empty || !shdr->sh_size) && elf_needs_content(elf_view_name(view, shdr)))
		return elf_error_section(checker, elf_view_name(view, shdr), "is empty");
	if (shdr->sh_type == SHT_NOBITS && shdr->sh_size > INT_MAX)
		return elf_error_section(checker, elf_view_name(view, shdr),
					 "is larger than any map");
	if (empty)
		return CGSWAP_OK;
	if (!elf_view_has_content(view, shdr))
		return elf_error_cut_short(checker, "a section", shdr->sh_offset + shdr->sh_size);
	if (shdr->sh_type == SHT_SYMTAB)
		return elf_check_symbols(checker, index);
	/* bytes that libelf does not convert are readable as they are */
	if (shdr->sh_type != SHT_PROGBITS && !elf_is_readable(checker, index))
		return elf_error_section(checker, elf_view_name(view, shdr), "cannot be read");
	if (shdr->sh_type == SHT_REL &&
	    (!shdr->sh_info || !elf_is_readable(checker, shdr->sh_info)))
		return elf_error_section(checker, elf_view_name(view, shdr),
					 "relocates a missing section");
	return strcmp(elf_view_name(view, shdr), ".BTF") == 0 ? elf_check_btf(checker, shdr)
							      : CGSWAP_OK;
}

static enum cgswap_status elf_check_sections(struct elf_checker *checker)
{
	enum cgswap_status status = elf_check_table(checker);

	for (size_t i = 1; !status && i < checker->file->view.count; i++)
		status = elf_check_section(checker, i);
	return status;
}

/* libelf converts other headers, and counts more sections than fit in a header. */
static bool elf_read_header(struct elf_checker *checker)
{
	GElf_Ehdr *header = &checker->header;

	memcpy(header, checker->file->bytes, sizeof(*header));
	checker->plain = header->e_ident[EI_CLASS] == ELFCLASS64 &&
			 header->e_ident[EI_DATA] == OUR_ORDER &&
			 header->e_ident[EI_VERSION] == EV_CURRENT && header->e_shnum &&
			 header->e_shnum < SHN_LORESERVE && header->e_shstrndx < SHN_LORESERVE;
	return checker->plain || (elf_ask_libelf(checker) && elf_kind(checker->elf) == ELF_K_ELF &&
				  gelf_getehdr(checker->elf, header));
}

static enum cgswap_status elf_check_all(struct elf_checker *checker)
{
	enum cgswap_status status;

	if (!elf_read_header(checker))
		return elf_error_damaged(checker, elf_errmsg(-1));
	status = elf_check_header(checker);
	return status ? status : elf_check_sections(checker);
}

enum cgswap_status elf_check(struct object_file *file, const char *path)
{
	struct elf_checker checker = { .file = file, .path = path };
	enum cgswap_status status;

	if (file->size < SELFMAG || memcmp(file->bytes, ELFMAG, SELFMAG))
		return elf_error_not_elf(&checker);
	if (file->size < sizeof(Elf64_Ehdr))
		return elf_error_cut_short(&checker, "its header", sizeof(Elf64_Ehdr));
	status = elf_check_all(&checker);
	elf_end(checker.elf);
	return status;
}

void elf_check_license(char *out, size_t size, const struct object_file *file)
{
	const Elf64_Shdr *section = elf_view_find(&file->view, "license");
	size_t length;

	*out = '\0';
	if (!section || !elf_view_has_content(&file->view, section))
		return;
	length = section->sh_size < size - 1 ? section->sh_size : size - 1;
	memcpy(out, file->bytes + section->sh_offset, length);
	out[length] = '\0';
}
