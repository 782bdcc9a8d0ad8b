/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/object_age.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>

#include "object/elf_check.h"
#include "object/legacy_maps.h"

static Elf_Data *age_section(Elf *elf, const char *name)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &shdr) &&
		    strcmp(elf_check_section_name(elf, &shdr), name) == 0)
			return elf_getdata(section, NULL);
	return NULL;
}

/* True if the BTF describes the variables of the section; also if it cannot be read. */
static bool age_btf_has_section(const Elf_Data *bytes, const char *name)
{
	struct btf *btf = btf__new(bytes->d_buf, (uint32_t)bytes->d_size);
	bool found = !btf || btf__find_by_name_kind(btf, name, BTF_KIND_DATASEC) > 0;

	btf__free(btf);
	return found;
}

/* libbpf reads the maps of .maps from BTF. */
static bool age_find_btf(struct object_age *out, Elf *elf)
{
	const Elf_Data *btf = age_section(elf, ".BTF");

	if (!age_section(elf, ".maps"))
		return false;
	if (!btf) {
		snprintf(out->what, sizeof(out->what),
			 "it declares maps in '.maps', and has no BTF that describes them");
		out->remedy = "compile it with -g and clang 10 or later, and do not strip its BTF";
		return true;
	}
	if (age_btf_has_section(btf, ".maps"))
		return false;
	snprintf(out->what, sizeof(out->what),
		 "it declares maps in '.maps', and its BTF does not describe variables, as that of "
		 "clang before 10 does not");
	out->remedy = "compile it again with clang 10 or later";
	return true;
}

bool object_age_find(struct object_age *out, const struct object_file *file)
{
	char section[64];

	legacy_maps_section(section, sizeof(section), file);
	if (*section) {
		snprintf(out->what, sizeof(out->what),
			 "its maps are in the section '%s', which libbpf does not read since 1.0",
			 section);
		out->remedy = "declare the maps in SEC(\".maps\") with __uint() and __type(), and "
			      "compile it with -g";
		return true;
	}
	return age_find_btf(out, file->elf);
}
