/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The backend: the table of operations through which all modules use the kernel. The model and the
 * tests' fault injection have tables of their own.
 *
 * Every operation returns 0 or a descriptor, or a negative errno. Returned descriptors are CLOEXEC
 * and belong to the caller, who closes them with ops->close().
 */
#ifndef CGSWAP_KERNEL_KERNEL_H
#define CGSWAP_KERNEL_KERNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_map;
struct bpf_object;
struct bpf_program;
struct btf;

/* Flags of PROG_ATTACH; the headers of the build machine may not have them all. */
enum {
	KERNEL_OVERRIDE = 1 << 0,
	KERNEL_MULTI = 1 << 1,
	KERNEL_REPLACE = 1 << 2,
	KERNEL_BEFORE = 1 << 3,
	KERNEL_AFTER = 1 << 4,
	KERNEL_ID = 1 << 5,
	KERNEL_PREORDER = 1 << 6,
	KERNEL_LINK = 1 << 13
};

enum { KERNEL_QUERY_EFFECTIVE = 1 };

enum {
	KERNEL_CHAIN_MAX = 64, /* entries of one chain */
	KERNEL_NAME_SIZE = 16, /* name of a program or map, with the NUL */
	KERNEL_TAG_SIZE = 8,
	KERNEL_MAPS_MAX = 64
};

/* PROG_ATTACH and PROG_DETACH, laid out as bpf(2) takes them. */
struct kernel_attach {
	uint32_t target_fd;
	uint32_t program_fd;
	uint32_t type;
	uint32_t flags;
	uint32_t replace_fd;
	uint32_t relative; /* a descriptor, or with KERNEL_ID an id */
	uint64_t revision;
};

/* PROG_QUERY, laid out as bpf(2) takes it, with all fields that any kernel writes. */
struct kernel_query {
	uint32_t target_fd;
	uint32_t type;
	uint32_t query_flags;
	uint32_t attach_flags; /* out: the chain's mode */
	uint64_t ids;          /* a pointer to uint32_t */
	uint32_t count;        /* in: capacity; out: number of programs */
	uint32_t reserved;
	uint64_t program_flags; /* a pointer to uint32_t, or 0 */
	uint64_t link_ids;
	uint64_t link_flags;
	uint64_t revision; /* out; 0 if the kernel has none */
};

/* LINK_CREATE for a cgroup, laid out as bpf(2) takes it. */
struct kernel_link_create {
	uint32_t program_fd;
	uint32_t target_fd;
	uint32_t type;
	uint32_t flags;
	uint32_t relative; /* a descriptor, or with KERNEL_ID an id */
	uint32_t reserved;
	uint64_t revision;
};

/* LINK_UPDATE, laid out as bpf(2) takes it. */
struct kernel_link_update {
	uint32_t link_fd;
	uint32_t new_fd;
	uint32_t flags;
	uint32_t old_fd;
};

struct kernel_program {
	uint32_t id;
	uint32_t type;
	char name[KERNEL_NAME_SIZE];
	uint8_t tag[KERNEL_TAG_SIZE];
	int64_t loaded_at; /* seconds since 1970 */
	uint32_t uid;
	uint32_t btf_id;    /* 0: none */
	uint32_t map_count; /* at most KERNEL_MAPS_MAX are listed */
	uint32_t map_ids[KERNEL_MAPS_MAX];
	uint64_t run_count;
	uint64_t run_time_ns;
};

struct kernel_link {
	uint32_t id;
	uint32_t program_id;
	bool of_cgroup; /* the fields below are set */
	uint32_t attach_type;
	uint64_t cgroup_id;
};

struct kernel_map {
	uint32_t id;
	char name[KERNEL_NAME_SIZE];
	uint32_t type; /* enum bpf_map_type */
	uint32_t key_size, value_size, max_entries;
	uint32_t flags;
	uint32_t btf_id; /* 0: none */
	uint32_t btf_key_type_id, btf_value_type_id;
};

/* A program given as instructions (struct bpf_insn), for the library's own programs. */
struct kernel_load {
	uint32_t type;
	uint32_t expected_attach_type;
	const char *name;
	const void *instructions;
	uint32_t instruction_count;
};

/* A map of an object to be loaded. */
struct kernel_object_map {
	struct bpf_map *map;
	int use;   /* descriptor of the map to reuse; -1: create one */
	bool hold; /* the caller needs a descriptor of the new map; its id suffices otherwise */
	int made;  /* set to the new map's descriptor, the caller's; -1: none */
	uint32_t made_id; /* set to the new map's id; 0: unknown, but made is not -1 */
};

/* Why an object was not loaded. The texts are malloc'ed, the caller's, or NULL. */
struct kernel_load_log {
	char *libbpf;          /* all lines that libbpf printed */
	char *verifier;        /* the verifier's log of the program that it rejected */
	char reason[256];      /* libbpf's line with the reason */
	const char *refused;   /* name of the program that the verifier rejected; NULL: none */
	bool ahead;            /* an attempt failed that was made before libbpf was called */
	uint32_t unknown_type; /* a map to be created has this type, which the kernel lacks; or 0 */
	const char *lacks; /* the kernel has this, but libbpf in this process believes otherwise */
	bool denied;       /* a policy denies a command of bpf(2) that the load needs */
};

/* The kind of a descriptor. */
enum kernel_kind {
	KERNEL_IS_CLOSED,
	KERNEL_IS_PROGRAM,
	KERNEL_IS_MAP,
	KERNEL_IS_LINK,
	KERNEL_IS_CGROUP,
	KERNEL_IS_CGROUP_V1,
	KERNEL_IS_DIRECTORY,
	KERNEL_IS_OTHER
};

/* Capabilities of the process, as the system reports them; the kernel may allow less. */
enum kernel_capability {
	KERNEL_CAP_NET_ADMIN = 12,
	KERNEL_CAP_SYS_ADMIN = 21,
	KERNEL_CAP_PERFMON = 38,
	KERNEL_CAP_BPF = 39
};
enum kernel_standing {
	KERNEL_CAP_MISSING,
	KERNEL_CAP_IN_NAMESPACE, /* held, but only in a user namespace */
	KERNEL_CAP_HELD
};

struct kernel;

/* The fate of a pin that is at the new path already. */
enum kernel_pin_move {
	KERNEL_PIN_REPLACE,
	KERNEL_PIN_NOREPLACE, /* -EEXIST */
	KERNEL_PIN_EXCHANGE   /* it gets the old path; -ENOENT without one */
};

/* Takes the name of a child cgroup or pin; a return other than 0 ends the listing and is its
 * result. So it is for the three below. */
typedef int (*kernel_child_fn)(const char *name, void *user);
/* Takes a pin, or a directory of pins. */
typedef int (*kernel_pin_fn)(const char *name, bool directory, void *user);
/* Takes a mount; a hidden one is below another mount, and cannot be reached. */
typedef int (*kernel_mount_fn)(const char *path, bool hidden, void *user);

/* Where the filesystems are mounted; "": not at all. */
struct kernel_mounts {
	char cgroup[PATH_MAX], bpffs[PATH_MAX];
};

/* A program, link or map that a process has open. */
struct kernel_holder {
	uint32_t process;
	bool own; /* it is this process */
	const char *command;
	int errnum;       /* not 0: its descriptors cannot be read, and the rest is unset */
	uint32_t map_id;  /* 0: it is not a map */
	uint32_t link_id; /* 0: the program itself is open */
	uint32_t program_id;
};
typedef int (*kernel_holder_fn)(const struct kernel_holder *holder, void *user);

struct kernel_ops {
	const char *name;

	int (*attach)(struct kernel *kernel, const struct kernel_attach *request);
	int (*detach)(struct kernel *kernel, const struct kernel_attach *request);
	int (*query)(struct kernel *kernel, struct kernel_query *request);
	int (*link_create)(struct kernel *kernel, const struct kernel_link_create *request);
	int (*link_update)(struct kernel *kernel, const struct kernel_link_update *request);
	int (*link_detach)(struct kernel *kernel, int fd);

	int (*load)(struct kernel *kernel, const struct kernel_load *request);
	/*
	 * loads one program of an opened object, with its maps and everything else that libbpf
	 * loads; sets the log on failure
	 */
	int (*load_object)(struct kernel *kernel, struct bpf_object *object,
			   struct bpf_program *program, struct kernel_object_map *maps,
			   size_t map_count, struct kernel_load_log *log);

	int (*program_by_id)(struct kernel *kernel, uint32_t id);
	int (*link_by_id)(struct kernel *kernel, uint32_t id);
	int (*map_by_id)(struct kernel *kernel, uint32_t id);
	/* the next id above one; -ENOENT: there is none */
	int (*next_program)(struct kernel *kernel, uint32_t id, uint32_t *next);
	int (*next_link)(struct kernel *kernel, uint32_t id, uint32_t *next);
	int (*program_info)(struct kernel *kernel, int fd, struct kernel_program *out);
	int (*link_info)(struct kernel *kernel, int fd, struct kernel_link *out);
	int (*map_info)(struct kernel *kernel, int fd, struct kernel_map *out);
	/* key and value have the map's sizes */
	int (*map_lookup)(struct kernel *kernel, int fd, const void *key, void *value);
	/* the key after another, or the first for NULL; -ENOENT: there is none */
	int (*map_next_key)(struct kernel *kernel, int fd, const void *key, void *next);
	/* at most capacity bytes; *size is their number in all (see kernel_btf.h) */
	int (*btf_bytes)(struct kernel *kernel, uint32_t id, void *out, uint32_t capacity,
			 uint32_t *size);
	/* the full name of a program's function, from BTF; the kernel's has 15 characters */
	int (*program_full_name)(struct kernel *kernel, int fd, char *name, size_t size);
	int (*pin_open)(struct kernel *kernel, const char *path);
	int (*pin)(struct kernel *kernel, int fd, const char *path);
	int (*unpin)(struct kernel *kernel, const char *path);
	/* atomic; -EINVAL: the kernel cannot do it so */
	int (*pin_move)(struct kernel *kernel, const char *from, const char *to,
			enum kernel_pin_move how);
	/*
	 * Locks the directory of a pin: a descriptor for pin_unlock(), or -EBUSY while another
	 * process or thread has it. The lock ends with the process.
	 */
	int (*pin_lock)(struct kernel *kernel, const char *path);
	void (*pin_unlock)(struct kernel *kernel, int lock);
	/*
	 * 0: a new pin (make) or a read of this one is not forbidden by the permissions of its
	 * files, or by a read-only mount; or a negative errno
	 */
	int (*pin_access)(struct kernel *kernel, const char *path, bool make);
	/* the names in the directory of a pin; needs no memory */
	int (*pin_names)(struct kernel *kernel, const char *path, kernel_child_fn fn, void *user);
	/* a directory for pins, which needs no memory; it is removed when it is empty */
	int (*pin_directory_make)(struct kernel *kernel, const char *path);
	int (*pin_directory_remove)(struct kernel *kernel, const char *path);
	/* the pins and directories in a directory of a bpffs; -ENOTDIR for any other */
	int (*pin_list)(struct kernel *kernel, const char *directory, kernel_pin_fn fn, void *user);
	/* when it returns no CPU is inside a program that was attached when it was called */
	int (*drain)(struct kernel *kernel);

	enum kernel_kind (*kind)(struct kernel *kernel, int fd);
	int (*dup)(struct kernel *kernel, int fd);
	void (*close)(struct kernel *kernel, int fd);

	int (*cgroup_open)(struct kernel *kernel, const char *path);
	/*
	 * cgroup_by_id() opens the cgroup with this id, wherever it is: -ESTALE if it was removed,
	 * -EPERM without the privilege. mount_fd is from cgroup_open_mount(), which opens any
	 * cgroup to this end.
	 */
	int (*cgroup_open_mount)(struct kernel *kernel, const char *path);
	int (*cgroup_by_id)(struct kernel *kernel, int mount_fd, uint64_t id);
	int (*cgroup_parent)(struct kernel *kernel, int fd);
	int (*cgroup_id)(struct kernel *kernel, int fd, uint64_t *id);
	int (*cgroup_path)(struct kernel *kernel, int fd, char *path, size_t size);
	/*
	 * cgroup_make() makes a child cgroup and opens it; cgroup_remove() removes it, and is
	 * called before its descriptor is closed. If the process is killed, the name becomes free
	 * again.
	 */
	int (*cgroup_make)(struct kernel *kernel, int parent_fd, const char *name);
	int (*cgroup_remove)(struct kernel *kernel, int parent_fd, const char *name);
	/*
	 * 0 if the maker of this cgroup was killed; it is then removed, if it is to be. -EEXIST:
	 * its maker is alive.
	 */
	int (*cgroup_leftover)(struct kernel *kernel, int parent_fd, const char *name, bool remove);
	int (*cgroup_children)(struct kernel *kernel, int fd, kernel_child_fn fn, void *user);

	enum kernel_standing (*capability)(struct kernel *kernel,
					   enum kernel_capability capability);
	/*
	 * The name of the command of bpf(2) that last failed on this thread with EPERM, EACCES or
	 * ENOSYS. NULL if that was another errno than this one; 0: any.
	 */
	const char *(*denied)(struct kernel *kernel, int errnum);
	/* a seccomp filter may have answered in place of the kernel */
	bool (*is_filtered)(struct kernel *kernel);

	/* the first mount of each */
	int (*mounts)(struct kernel *kernel, struct kernel_mounts *out);
	/* the cgroup of this process, as a path below the cgroup2 hierarchy that begins with a
	 * slash */
	int (*cgroup_own)(struct kernel *kernel, char *path, size_t size);
	/* true unless more cgroups are above, which this process does not see */
	bool (*cgroup_is_root)(struct kernel *kernel, int fd);
	/* every bpffs, at one mount each; -ENOENT without /proc */
	int (*bpffs_each)(struct kernel *kernel, kernel_mount_fn fn, void *user);
	bool (*is_bpffs)(struct kernel *kernel, const char *path);
	/* a number that no other bpffs has while it is mounted; -ENOENT: no bpffs is there */
	int (*bpffs_id)(struct kernel *kernel, const char *path, uint64_t *id);
	/* a text that stays the same until the kernel boots again */
	int (*boot_id)(struct kernel *kernel, char *id, size_t size);
	/* the memory of a program or map; -ENOENT without /proc */
	int (*memory)(struct kernel *kernel, int fd, uint64_t *bytes);

	/* the programs, links and maps that processes have open; -ENOENT without /proc */
	int (*holder_each)(struct kernel *kernel, kernel_holder_fn fn, void *user);
	/* false: there are processes that it does not see */
	bool (*sees_all_processes)(struct kernel *kernel);

	void (*free)(struct kernel *kernel);
};

struct kernel {
	const struct kernel_ops *ops;
};

/* The running kernel; it needs no memory and no freeing. */
struct kernel *kernel_live(void);

#endif
