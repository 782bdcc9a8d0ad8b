/* SPDX-License-Identifier: BSD-2-Clause */
/* The sections of an object file that elf_check() has found whole. */
#ifndef CGSWAP_OBJECT_ELF_CHECK_H
#define CGSWAP_OBJECT_ELF_CHECK_H

#include <gelf.h>
#include <libelf.h>

#include "object/object.h"

/* For the caller to elf_end(); NULL where libelf has no memory. */
Elf *elf_check_open(const struct object_file *file);

/* Its name; "" where it has none. */
const char *elf_check_name(Elf *elf, const GElf_Shdr *shdr);

#endif
