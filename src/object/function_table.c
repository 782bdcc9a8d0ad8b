/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/function_table.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "object/elf_check.h"

enum {
	INSN_SIZE = sizeof(struct bpf_insn),
	LOAD_64 = BPF_LD | BPF_IMM | BPF_DW, /* two instructions */
	CALL = BPF_JMP | BPF_CALL
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool function_is_code(const struct function_table *table, size_t section)
{
	GElf_Shdr shdr;

	return section && section < SHN_LORESERVE &&
	       gelf_getshdr(elf_getscn(table->elf, section), &shdr) &&
	       shdr.sh_type == SHT_PROGBITS && shdr.sh_flags & SHF_EXECINSTR;
}

static const char *function_symbol_name(const struct function_table *table, const GElf_Sym *symbol)
{
	const char *name = elf_strptr(table->elf, table->names, symbol->st_name);

	return name ? name : "";
}

/* Finds the symbols, and how many relocations of code there may be. */
static size_t function_table_read_sections(struct function_table *table)
{
	Elf_Scn *section = NULL;
	size_t capacity = 0;
	GElf_Shdr shdr;

	while ((section = elf_nextscn(table->elf, section))) {
		if (!gelf_getshdr(section, &shdr))
			continue;
		if (shdr.sh_type == SHT_SYMTAB) {
			table->symbols = elf_getdata(section, NULL);
			table->names = shdr.sh_link;
		} else if (shdr.sh_type == SHT_REL && function_is_code(table, shdr.sh_info)) {
			capacity += shdr.sh_size / sizeof(Elf64_Rel);
		} else if (shdr.sh_type == SHT_PROGBITS && !(shdr.sh_flags & SHF_EXECINSTR) &&
			   !strcmp(elf_check_section_name(table->elf, &shdr), ".maps")) {
			table->maps = elf_ndxscn(section);
		}
	}
	return capacity;
}

static bool function_table_read_functions(struct function_table *table)
{
	size_t capacity = table->symbols ? table->symbols->d_size / sizeof(Elf64_Sym) : 0;
	GElf_Sym symbol;

	/* one more: calloc() of size 0 may return NULL */
	table->functions = calloc(capacity + 1, sizeof(*table->functions));
	if (!table->functions)
		return false;
	for (size_t i = 0; i < capacity && gelf_getsym(table->symbols, (int)i, &symbol); i++) {
		if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC ||
		    !function_is_code(table, symbol.st_shndx))
			continue;
		table->functions[table->count++] = (struct function){
			function_symbol_name(table, &symbol), symbol.st_shndx, symbol.st_value,
			symbol.st_value + symbol.st_size
		};
	}
	return true;
}

static int function_compare_relocations(const void *one, const void *other)
{
	const struct function_relocation *a = one, *b = other;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static bool function_relocations_are_sorted(const struct function_table *table)
{
	const struct function_relocation *all = table->relocations;

	for (size_t i = 1; i < table->relocation_count; i++)
		if (function_compare_relocations(&all[i - 1], &all[i]) > 0)
			return false;
	return true;
}

/* Adds the relocations of a section of code. */
static void function_table_add_relocations(struct function_table *table, Elf_Data *data, size_t of,
					   size_t capacity)
{
	GElf_Rel relocation;

	for (int i = 0;
	     data && table->relocation_count < capacity && gelf_getrel(data, i, &relocation); i++)
		table->relocations[table->relocation_count++] = (struct function_relocation){
			of, relocation.r_offset, GELF_R_SYM(relocation.r_info)
		};
}

static bool function_table_read_relocations(struct function_table *table, size_t capacity)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	table->relocations = calloc(capacity + 1, sizeof(*table->relocations));
	if (!table->relocations)
		return false;
	while (table->relocation_count < capacity && (section = elf_nextscn(table->elf, section)))
		if (gelf_getshdr(section, &shdr) && shdr.sh_type == SHT_REL &&
		    function_is_code(table, shdr.sh_info))
			function_table_add_relocations(table, elf_getdata(section, NULL),
						       shdr.sh_info, capacity);
	/* compilers write them in this order */
	if (!function_relocations_are_sorted(table))
		qsort(table->relocations, table->relocation_count, sizeof(*table->relocations),
		      function_compare_relocations);
	return true;
}

bool function_table_open(struct function_table *out, const struct object_file *file)
{
	size_t relocations;

	*out = (struct function_table){ .elf = file->elf };
	relocations = function_table_read_sections(out);
	return function_table_read_functions(out) &&
	       function_table_read_relocations(out, relocations);
}

void function_table_close(struct function_table *table)
{
	free(table->functions);
	free(table->relocations);
}

bool function_table_find(const struct function_table *table, const char *name, size_t *index)
{
	size_t found = 0;

	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->functions[i].name, name) == 0) {
			*index = i;
			found++;
		}
	return found == 1;
}

/* ---- references ------------------------------------------------------------------------------ */

/* One instruction that may refer to something. */
struct function_use {
	const struct function *function;
	struct bpf_insn insn;
	uint64_t offset; /* the instruction in its section */
};

static struct function_reference function_reference_to(const struct function_table *table,
						       size_t section, uint64_t offset)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->functions[i].section == section && offset >= table->functions[i].start &&
		    offset < table->functions[i].end)
			return (struct function_reference){ REFERENCE_FUNCTION, i, "" };
	return (struct function_reference){ REFERENCE_UNKNOWN, 0, "" };
}

static bool function_find_relocation(const struct function_table *table, size_t section,
				     uint64_t offset, GElf_Sym *symbol)
{
	size_t low = 0, high = table->relocation_count;
	const struct function_relocation *found;

	/* not by bsearch(): each load and call of a program is looked up */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		found = &table->relocations[middle];
		if (found->section < section ||
		    (found->section == section && found->offset < offset))
			low = middle + 1;
		else
			high = middle;
	}
	found = &table->relocations[low];
	return low < table->relocation_count && found->section == section &&
	       found->offset == offset && table->symbols &&
	       gelf_getsym(table->symbols, (int)found->symbol, symbol);
}

/*
 * The offset of a function in its section: clang writes it to the instruction, counted from the
 * symbol, and for a call in instructions after the next one.
 */
static uint64_t function_target(const struct function_use *use, const GElf_Sym *symbol)
{
	int64_t add = use->insn.imm;

	if (use->insn.code == CALL)
		add = (add + 1) * INSN_SIZE;
	return symbol->st_value + (uint64_t)add;
}

static struct function_reference function_relocated(const struct function_table *table,
						    const struct function_use *use,
						    const GElf_Sym *symbol)
{
	bool section = GELF_ST_TYPE(symbol->st_info) == STT_SECTION;
	const char *name;
	GElf_Shdr shdr;

	if (symbol->st_shndx == SHN_UNDEF)
		return (struct function_reference){ REFERENCE_EXTERN, 0, "" };
	/* most references are to maps */
	if (symbol->st_shndx == table->maps && !section)
		return (struct function_reference){ REFERENCE_MAP, 0,
						    function_symbol_name(table, symbol) };
	if (function_is_code(table, symbol->st_shndx))
		return function_reference_to(table, symbol->st_shndx,
					     section ? function_target(use, symbol)
						     : symbol->st_value);
	if (!gelf_getshdr(elf_getscn(table->elf, symbol->st_shndx), &shdr))
		return (struct function_reference){ REFERENCE_UNKNOWN, 0, "" };
	name = elf_check_section_name(table->elf, &shdr);
	if (strcmp(name, ".maps") != 0)
		return (struct function_reference){ REFERENCE_VARIABLE, 0, name };
	return (struct function_reference){ section ? REFERENCE_UNKNOWN : REFERENCE_MAP, 0,
					    function_symbol_name(table, symbol) };
}

/* Most instructions refer to nothing, by their code. */
static bool function_may_refer(unsigned char code)
{
	return code == LOAD_64 || code == CALL;
}

/* A call within a section has no relocation. */
static bool function_read_use(const struct function_table *table, const struct function_use *use,
			      struct function_reference *out)
{
	const struct bpf_insn *insn = &use->insn;
	GElf_Sym symbol;

	if (function_find_relocation(table, use->function->section, use->offset, &symbol)) {
		*out = function_relocated(table, use, &symbol);
		return true;
	}
	if (!(insn->code == CALL && insn->src_reg == BPF_PSEUDO_CALL) &&
	    !(insn->code == LOAD_64 && insn->src_reg == BPF_PSEUDO_FUNC))
		return false;
	*out = function_reference_to(table, use->function->section,
				     use->offset + ((int64_t)insn->imm + 1) * INSN_SIZE);
	return true;
}

bool function_table_next(const struct function_table *table, size_t index, size_t *at,
			 struct function_reference *out)
{
	const struct function *function = &table->functions[index];
	Elf_Data *code = elf_getdata(elf_getscn(table->elf, function->section), NULL);

	while (function->end - function->start - *at >= INSN_SIZE &&
	       function->end - function->start > *at) {
		struct function_use use = { .function = function, .offset = function->start + *at };
		const char *insn;

		*at += INSN_SIZE;
		if (!code || use.offset + INSN_SIZE > code->d_size)
			break;
		insn = (const char *)code->d_buf + use.offset;
		if (!function_may_refer((unsigned char)*insn))
			continue;
		memcpy(&use.insn, insn, INSN_SIZE);
		if (function_read_use(table, &use, out))
			return true;
	}
	return false;
}
