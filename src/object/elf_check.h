/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks that a file is a BPF object, and reads sections of a checked file. */
#ifndef CGSWAP_OBJECT_ELF_CHECK_H
#define CGSWAP_OBJECT_ELF_CHECK_H

#include <gelf.h>
#include <libelf.h>

#include "object/object_file.h"

/* Checks that the file is a complete BPF object for this machine, and leaves file->elf open. */
enum cgswap_status elf_check(struct object_file *file, const char *path);

/* The name of a section; "" if it has none. */
const char *elf_check_section_name(Elf *elf, const GElf_Shdr *shdr);

/* The content of the section "license"; "" if there is none. */
void elf_check_license(char *out, size_t size, const struct object_file *file);

#endif
