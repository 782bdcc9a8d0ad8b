/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/function_table.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

enum {
	INSN_SIZE = sizeof(struct bpf_insn),
	LOAD_64 = BPF_LD | BPF_IMM | BPF_DW, /* two instructions */
	CALL = BPF_JMP | BPF_CALL
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool function_is_code(const struct function_table *table, size_t index)
{
	const Elf64_Shdr *section = elf_view_section(table->view, index);

	return index && index < SHN_LORESERVE && section && section->sh_type == SHT_PROGBITS &&
	       section->sh_flags & SHF_EXECINSTR;
}

static const char *function_symbol_name(const struct function_table *table, const Elf64_Sym *symbol)
{
	return elf_view_string(table->view, table->names, symbol->st_name);
}

static bool function_has_relocations(const struct function_table *table, const Elf64_Shdr *section)
{
	return section->sh_type == SHT_REL && function_is_code(table, section->sh_info);
}

/* Finds the symbols and the maps, and how many relocations of code there may be. */
static size_t function_table_read_sections(struct function_table *table)
{
	const struct elf_view *view = table->view;
	size_t capacity = 0;

	for (size_t i = 1; i < view->count; i++) {
		const Elf64_Shdr *section = &view->sections[i];

		if (function_has_relocations(table, section))
			capacity += section->sh_size / sizeof(Elf64_Rel);
		else if (section->sh_type == SHT_PROGBITS && !(section->sh_flags & SHF_EXECINSTR) &&
			 !strcmp(elf_view_name(view, section), ".maps"))
			table->maps = i;
	}
	table->symbols = elf_view_symbols(view);
	if (table->symbols)
		table->names = view->sections[table->symbols].sh_link;
	return capacity;
}

static bool function_table_read_functions(struct function_table *table)
{
	size_t capacity = 0;
	Elf64_Sym symbol;

	if (table->symbols)
		capacity = table->view->sections[table->symbols].sh_size / sizeof(symbol);

	/* one more: calloc() of size 0 may return NULL */
	table->functions = calloc(capacity + 1, sizeof(*table->functions));
	if (!table->functions)
		return false;
	for (size_t i = 0; i < capacity && elf_view_symbol(table->view, table->symbols, i, &symbol);
	     i++) {
		if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC ||
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

static bool function_table_read_relocations(struct function_table *table, size_t capacity)
{
	const struct elf_view *view = table->view;
	Elf64_Rel relocation;

	table->relocations = malloc((capacity + 1) * sizeof(*table->relocations));
	if (!table->relocations)
		return false;
	for (size_t i = 1; i < view->count && table->relocation_count < capacity; i++)
		for (size_t j = 0; function_has_relocations(table, &view->sections[i]) &&
				   elf_view_relocation(view, i, j, &relocation);
		     j++)
			table->relocations[table->relocation_count++] =
				(struct function_relocation){ view->sections[i].sh_info,
							      relocation.r_offset,
							      ELF64_R_SYM(relocation.r_info) };
	/* compilers write them in this order */
	if (!function_relocations_are_sorted(table))
		qsort(table->relocations, table->relocation_count, sizeof(*table->relocations),
		      function_compare_relocations);
	return true;
}

bool function_table_open(struct function_table *out, const struct object_file *file)
{
	size_t relocations;

	*out = (struct function_table){ .view = &file->view };
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

/* The index of the first relocation of the section that is not before the offset. */
static size_t function_first_relocation(const struct function_table *table, size_t section,
					uint64_t offset)
{
	const struct function_relocation wanted = { .section = section, .offset = offset };
	size_t low = 0, high = table->relocation_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (function_compare_relocations(&table->relocations[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Moves the cursor to the instruction that is used. */
static bool function_find_relocation(const struct function_table *table,
				     struct function_cursor *cursor, const struct function_use *use,
				     Elf64_Sym *symbol)
{
	const struct function_relocation *all = table->relocations;
	size_t section = use->function->section, i = cursor->relocation;

	while (i < table->relocation_count && all[i].section == section &&
	       all[i].offset < use->offset)
		i++;
	cursor->relocation = i;
	return i < table->relocation_count && all[i].section == section &&
	       all[i].offset == use->offset && table->symbols &&
	       elf_view_symbol(table->view, table->symbols, all[i].symbol, symbol);
}

/*
 * The offset of a function in its section: clang writes it to the instruction, counted from the
 * symbol, and for a call in instructions after the next one.
 */
static uint64_t function_target(const struct function_use *use, const Elf64_Sym *symbol)
{
	int64_t add = use->insn.imm;

	if (use->insn.code == CALL)
		add = (add + 1) * INSN_SIZE;
	return symbol->st_value + (uint64_t)add;
}

static struct function_reference function_relocated(const struct function_table *table,
						    const struct function_use *use,
						    const Elf64_Sym *symbol)
{
	bool section = ELF64_ST_TYPE(symbol->st_info) == STT_SECTION;
	const Elf64_Shdr *shdr;
	const char *name;

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
	shdr = elf_view_section(table->view, symbol->st_shndx);
	if (!shdr)
		return (struct function_reference){ REFERENCE_UNKNOWN, 0, "" };
	name = elf_view_name(table->view, shdr);
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
static bool function_read_use(const struct function_table *table, struct function_cursor *cursor,
			      const struct function_use *use, struct function_reference *out)
{
	const struct bpf_insn *insn = &use->insn;
	Elf64_Sym symbol;

	if (function_find_relocation(table, cursor, use, &symbol)) {
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

struct function_cursor function_table_start(const struct function_table *table, size_t index)
{
	const struct function *function = &table->functions[index];

	return (struct function_cursor){ index, function->start,
					 function_first_relocation(table, function->section,
								   function->start) };
}

bool function_table_next(const struct function_table *table, struct function_cursor *cursor,
			 struct function_reference *out)
{
	const struct function *function = &table->functions[cursor->function];
	const Elf64_Shdr *section = &table->view->sections[function->section];
	const char *code = table->view->bytes + section->sh_offset;
	uint64_t end = function->end < section->sh_size ? function->end : section->sh_size;

	while (cursor->offset < end && end - cursor->offset >= INSN_SIZE) {
		struct function_use use = { .function = function, .offset = cursor->offset };

		cursor->offset += INSN_SIZE;
		if (!function_may_refer((unsigned char)code[use.offset]))
			continue;
		memcpy(&use.insn, code + use.offset, INSN_SIZE);
		if (function_read_use(table, cursor, &use, out))
			return true;
	}
	return false;
}
