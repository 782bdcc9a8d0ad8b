/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with a file that is no BPF object, told as precisely as libelf can. */
#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "object.h"
#include "privilege.h"

enum { LARGEST_FILE = 64 << 20 };

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { OUR_ORDER = ELFDATA2LSB };
static const char our_order[] = "little-endian";
#else
enum { OUR_ORDER = ELFDATA2MSB };
static const char our_order[] = "big-endian";
#endif

static const char *machine_name(unsigned machine)
{
	switch (machine) {
	case EM_386:
		return "i386";
	case EM_X86_64:
		return "x86-64";
	case EM_ARM:
		return "arm";
	case EM_AARCH64:
		return "aarch64";
	case EM_MIPS:
		return "mips";
	case EM_PPC:
		return "powerpc";
	case EM_PPC64:
		return "powerpc64";
	case EM_RISCV:
		return "riscv";
	case EM_S390:
		return "s390";
	default:
		return "unknown";
	}
}

static enum cgswap_status refuse_open(const char *path, int errnum, const char *operation)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
	case ELOOP:
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_FOUND, errnum, operation,
				 "there is no object file %s", path);
	default:
		return refuse_errno(NULL, 0, errnum, operation, "%s cannot be read", path);
	}
}

static enum cgswap_status read_bytes(struct object_file *out, int fd, const char *path,
				     const char *operation)
{
	size_t done = 0;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return refuse_open(path, errno, operation);
	if (!S_ISREG(st.st_mode))
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, operation, "%s is %s", path,
				 S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
	if (st.st_size == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, operation, "%s is empty", path);
	if (st.st_size > LARGEST_FILE)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, operation,
				 "%s has %lld bytes, more than any BPF object", path,
				 (long long)st.st_size);
	out->bytes = malloc(st.st_size);
	if (!out->bytes)
		return error_no_memory(operation);
	while (done < (size_t)st.st_size) {
		ssize_t got = read(fd, out->bytes + done, st.st_size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return refuse_open(path, errno, operation);
		if (got == 0)
			break;
		done += got;
	}
	out->size = done;
	return CGSWAP_OK;
}

/* Its first bytes, as far as they can be shown. */
static enum cgswap_status refuse_start(const struct object_file *file, const char *path,
				       const char *operation)
{
	char start[17];
	size_t length = file->size < sizeof(start) - 1 ? file->size : sizeof(start) - 1;

	for (size_t i = 0; i < length; i++)
		start[i] = isprint((unsigned char)file->bytes[i]) ? file->bytes[i] : '.';
	start[length] = '\0';
	return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, operation,
			 "%s is no ELF file: it starts with \"%s\"", path, start);
}

static enum cgswap_status refuse_cut(const struct object_file *file, const char *path,
				     const char *what, uint64_t end, const char *operation)
{
	return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, operation,
			 "%s is cut short: %s ends at byte %llu, and the file has %zu", path, what,
			 (unsigned long long)end, file->size);
}

/* Every part that the headers speak of must lie inside the file. */
static enum cgswap_status check_sections(Elf *elf, const GElf_Ehdr *header,
					 const struct object_file *file, const char *path,
					 const char *operation)
{
	uint64_t end = header->e_shoff + (uint64_t)header->e_shnum * header->e_shentsize;
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	if (header->e_shoff == 0)
		return error_set(CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM, 0, operation,
				 "%s has no sections", path);
	if (header->e_shoff > file->size || end > file->size)
		return refuse_cut(file, path, "its section table", end, operation);
	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &shdr) || shdr.sh_type == SHT_NOBITS)
			continue;
		if (shdr.sh_offset > file->size || shdr.sh_size > file->size - shdr.sh_offset)
			return refuse_cut(file, path, "a section", shdr.sh_offset + shdr.sh_size,
					  operation);
	}
	return CGSWAP_OK;
}

static enum cgswap_status check_elf(Elf *elf, const struct object_file *file, const char *path,
				    const char *operation)
{
	const unsigned char *ident = (const unsigned char *)file->bytes;
	GElf_Ehdr header;

	if (ident[EI_DATA] != OUR_ORDER && ident[EI_CLASS] == ELFCLASS64 &&
	    (ident[EI_DATA] == ELFDATA2LSB || ident[EI_DATA] == ELFDATA2MSB))
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0, operation,
				 "%s is %s, and this machine is %s", path,
				 ident[EI_DATA] == ELFDATA2MSB ? "big-endian" : "little-endian",
				 our_order);
	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_ELF, 0, operation,
				 "%s has a damaged ELF header: %s", path, elf_errmsg(-1));
	if (header.e_machine != EM_BPF)
		return error_set(CGSWAP_CAUSE_OBJECT_NOT_BPF, 0, operation,
				 "%s is made for %s (machine %u), not for BPF", path,
				 machine_name(header.e_machine), header.e_machine);
	return check_sections(elf, &header, file, path, operation);
}

static enum cgswap_status check_file(struct object_file *file, const char *path,
				     const char *operation)
{
	enum cgswap_status status;
	Elf *elf;

	if (file->size < SELFMAG || memcmp(file->bytes, ELFMAG, SELFMAG))
		return refuse_start(file, path, operation);
	if (file->size < sizeof(Elf64_Ehdr))
		return refuse_cut(file, path, "its header", sizeof(Elf64_Ehdr), operation);
	elf_version(EV_CURRENT);
	elf = elf_memory(file->bytes, file->size);
	status = check_elf(elf, file, path, operation);
	elf_end(elf);
	return status;
}

enum cgswap_status object_read(struct object_file *out, const char *path, const char *operation)
{
	enum cgswap_status status;
	int fd;

	*out = (struct object_file){ 0 };
	/* non-blocking: a path may lead to a FIFO that nobody writes to */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return refuse_open(path, errno, operation);
	status = read_bytes(out, fd, path, operation);
	close(fd);
	if (!status)
		status = check_file(out, path, operation);
	if (status) {
		free(out->bytes);
		*out = (struct object_file){ 0 };
	}
	return status;
}
