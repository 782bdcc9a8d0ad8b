/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a simulated kernel, and the functions that its files share; each uses the ones above
 * it. Only src/model includes this.
 */
#ifndef CGSWAP_MODEL_MODEL_INTERNAL_H
#define CGSWAP_MODEL_MODEL_INTERNAL_H

#include <pthread.h>

#include "model/model.h"
#include "rules/rules.h"

enum {
	MODEL_ATTACH_TYPES = 64, /* chains in a cgroup */
	MODEL_DEPTH = 64,        /* levels of cgroups */
	MODEL_FIRST_FD = 3       /* lower ones are open files, as in any process */
};

struct kernel_model;
struct model_node;
struct model_object;

/* Frees the members of an object and drops its references; model_unref() frees the object. */
typedef void model_object_free_fn(struct kernel_model *model, struct model_object *object);

/* A program, map or link. */
struct model_object {
	enum kernel_kind kind;
	uint32_t id;
	unsigned refs;
	model_object_free_fn *free;
};

/* The BTF of an ELF object, shared by the program and the maps made from it. */
struct model_btf {
	unsigned refs;
	uint32_t id, size;
	unsigned char data[];
};

struct model_program {
	struct model_object object;
	struct rules_program rules;
	struct kernel_program info;
	char *full_name; /* NULL: it has no BTF */
	struct model_btf *btf;
};

struct model_map {
	struct model_object object;
	struct kernel_map info;
	struct model_btf *btf; /* NULL: none */
	void *value; /* initial value of an object's globals, which never changes; or NULL */
};

struct model_link {
	struct model_object object;
	struct model_program *program;
	struct model_node *cgroup; /* NULL: detached */
	uint32_t type;
};

enum model_node_kind {
	MODEL_DIRECTORY,
	MODEL_CGROUP,
	MODEL_CGROUP_V1,
	MODEL_BPFFS,
	MODEL_FILE,
	MODEL_PIN
};

/* A file or directory; descriptors and children have references to it, also when it is removed. */
struct model_node {
	enum model_node_kind kind;
	char *name;
	uint64_t id;
	unsigned refs;
	bool removed;
	bool locked; /* the directory of a pin */
	struct model_node *parent, *children, *next;
	struct rules_chain *chains[MODEL_ATTACH_TYPES]; /* a cgroup's chains; NULL: never used */
	void (*free_chains)(struct kernel_model *model, struct model_node *cgroup);
	struct model_object *pinned; /* a pin's object */
};

/* Objects of one kind by id; ids are never reused. */
struct model_table {
	struct model_object **objects;
	uint32_t next, capacity;
};

struct model_fd {
	enum kernel_kind kind; /* KERNEL_IS_CLOSED: free */
	struct model_object *object;
	struct model_node *node;
};

struct kernel_model {
	struct kernel kernel;
	pthread_mutex_t lock; /* protects the fields below */
	struct rules_kernel rules;
	enum kernel_standing net_admin, sys_admin, bpf, perfmon;
	enum cgswap_cause refused; /* the rules' answer to the last change */
	struct model_table programs, maps, links;
	uint32_t next_btf;
	struct model_fd *fds;
	size_t fd_capacity;
	struct model_node *root;
	struct model_node **nodes; /* by id; NULL: removed */
	size_t node_capacity;
	uint64_t next_node;
};

/* ---- objects: model_objects.c ---------------------------------------------------------------- */

/* Returns NULL if no object has this id. */
struct model_object *model_object_by_id(struct kernel_model *model, enum kernel_kind kind,
					uint32_t id);
/* A new object of the given size, with an id and one reference, the caller's. NULL: no memory. */
struct model_object *model_object_new(struct kernel_model *model, enum kernel_kind kind,
				      size_t size, model_object_free_fn *free);
void model_ref(struct model_object *object);
void model_unref(struct kernel_model *model, struct model_object *object);

/* ---- nodes and paths: model_node.c ----------------------------------------------------------- */

/* NULL: no memory. The tree has a reference to it until it is removed. */
struct model_node *model_node_new(struct kernel_model *model, struct model_node *parent,
				  const char *name, size_t length, enum model_node_kind kind);
void model_node_remove(struct kernel_model *model, struct model_node *node);
/* Gives the node another id, which may have been that of another one. */
void model_node_set_id(struct kernel_model *model, struct model_node *node, uint64_t id);
/* Returns NULL if no node in the tree has this id. */
struct model_node *model_node_by_id(const struct kernel_model *model, uint64_t id);
/* Moves a node to another parent, under a name that becomes its own. */
void model_node_move(struct model_node *node, struct model_node *parent, char *name);
void model_node_ref(struct model_node *node);
void model_node_unref(struct model_node *node);
bool model_is_directory(const struct model_node *node);

/* Returns NULL if it has no child of this name. */
struct model_node *model_node_child(const struct model_node *node, const char *name, size_t length);

int model_find(struct model_node **out, struct kernel_model *model, const char *path);
/*
 * Walks a path from the root. Sets *parent and *last to the directory and name that a new file at
 * this path would have; both stay unset if more than the last component is missing.
 */
int model_walk(struct model_node **out, struct model_node **parent, const char **last,
	       struct kernel_model *model, const char *path);

/* Makes a node at the path, if its parent is of one kind; -EPERM: it is of another. */
int model_node_make(struct kernel_model *model, const char *path, enum model_node_kind parent_kind,
		    enum model_node_kind kind);

/* ---- entering, descriptors: model_fd.c --------------------------------------------------------
 */

struct kernel_model *model_enter(struct kernel *kernel);
int model_leave(struct kernel_model *model, int result);
bool model_has(const struct kernel_model *model, enum cgswap_feature feature);
bool model_may(const struct kernel_model *model, enum kernel_capability capability);

int model_fd_grow(struct kernel_model *model);
/* Makes a descriptor of an object or a node, with a reference to it. */
int model_fd_new(struct kernel_model *model, enum kernel_kind kind, struct model_object *object,
		 struct model_node *node);
/* Makes a descriptor of a new object, and moves its only reference there. */
int model_fd_of_new(struct kernel_model *model, struct model_object *object);
void model_fd_close(struct kernel_model *model, int fd);
/* Returns NULL if it is closed. */
struct model_fd *model_fd_at(struct kernel_model *model, int fd);
/* Returns NULL if it is not of this kind. */
struct model_object *model_object_at(struct kernel_model *model, int fd, enum kernel_kind kind);

/* Returns NULL if it is closed, or not of a file. */
struct model_node *model_node_at(struct kernel_model *model, int fd);
/*
 * Copies the names in a directory, one after another, with an empty one at the end: a callback that
 * gets them may use the kernel.
 */
int model_copy_children(char **out, struct kernel_model *model, int fd, bool directories);

enum kernel_kind model_kind(struct kernel *kernel, int fd);
int model_dup(struct kernel *kernel, int fd);
void model_close(struct kernel *kernel, int fd);
/* All descriptors are of one process, the caller. */
int model_holder_each(struct kernel *kernel, kernel_holder_fn fn, void *user);
bool model_sees_all_processes(struct kernel *kernel);

/* ---- maps: model_maps.c -----------------------------------------------------------------------
 */

void model_btf_unref(struct model_btf *btf);
/* Gives a program the maps of its object, new or reused; on failure none. */
int model_load_maps(struct kernel_model *model, struct model_program *program,
		    struct bpf_object *object, struct kernel_object_map *maps, size_t count);
void model_unload_maps(struct kernel_model *model, struct kernel_object_map *maps, size_t count);

int model_map_info(struct kernel *kernel, int fd, struct kernel_map *out);
int model_map_lookup(struct kernel *kernel, int fd, const void *key, void *value);
int model_map_next_key(struct kernel *kernel, int fd, const void *key, void *next);
int model_memory(struct kernel *kernel, int fd, uint64_t *bytes);
int model_btf_bytes(struct kernel *kernel, uint32_t id, void *out, uint32_t capacity,
		    uint32_t *size);

/* ---- programs: model_programs.c ---------------------------------------------------------------
 */

int model_load(struct kernel *kernel, const struct kernel_load *request);
int model_load_object(struct kernel *kernel, struct bpf_object *object, struct bpf_program *program,
		      struct kernel_object_map *maps, size_t count, struct kernel_load_log *log);
int model_program_info(struct kernel *kernel, int fd, struct kernel_program *out);
int model_program_full_name(struct kernel *kernel, int fd, char *name, size_t size);

/* ---- chains and links: model_chains.c ---------------------------------------------------------
 */

int model_attach(struct kernel *kernel, const struct kernel_attach *request);
int model_detach(struct kernel *kernel, const struct kernel_attach *request);
int model_query(struct kernel *kernel, struct kernel_query *request);
int model_link_create(struct kernel *kernel, const struct kernel_link_create *request);
int model_link_update(struct kernel *kernel, const struct kernel_link_update *request);
int model_link_detach(struct kernel *kernel, int fd);
int model_link_info(struct kernel *kernel, int fd, struct kernel_link *out);

/* ---- the file tree: model_tree.c --------------------------------------------------------------
 */

/* Makes the directories that every simulated kernel has. */
int model_tree_init(struct kernel_model *model);
/* Frees the whole tree. */
void model_tree_free(struct kernel_model *model);
int model_cgroup_make(struct kernel *kernel, int parent_fd, const char *name);
int model_cgroup_remove(struct kernel *kernel, int parent_fd, const char *name);
/* No maker of a cgroup outlives a call of the library. */
int model_cgroup_leftover(struct kernel *kernel, int parent_fd, const char *name, bool remove);

/* ---- operations on files: model_files.c -------------------------------------------------------
 */

int model_cgroup_open(struct kernel *kernel, const char *path);
int model_cgroup_by_id(struct kernel *kernel, int mount_fd, uint64_t id);
int model_cgroup_parent(struct kernel *kernel, int fd);
int model_cgroup_id(struct kernel *kernel, int fd, uint64_t *id);
int model_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size);
int model_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user);
int model_mounts(struct kernel *kernel, struct kernel_mounts *out);
int model_cgroup_own(struct kernel *kernel, char *path, size_t size);
bool model_is_bpffs(struct kernel *kernel, const char *path);
int model_bpffs_id(struct kernel *kernel, const char *path, uint64_t *id);
bool model_cgroup_is_root(struct kernel *kernel, int fd);
int model_bpffs_each(struct kernel *kernel, kernel_mount_fn fn, void *user);
int model_boot_id(struct kernel *kernel, char *id, size_t size);

/* ---- pins: model_pins.c -----------------------------------------------------------------------
 */

int model_pin_open(struct kernel *kernel, const char *path);
int model_pin(struct kernel *kernel, int fd, const char *path);
int model_unpin(struct kernel *kernel, const char *path);
int model_pin_move(struct kernel *kernel, const char *from, const char *to,
		   enum kernel_pin_move how);
int model_pin_lock(struct kernel *kernel, const char *path);
void model_pin_unlock(struct kernel *kernel, int lock);
int model_pin_directory_make(struct kernel *kernel, const char *path);
int model_pin_directory_remove(struct kernel *kernel, const char *path);
int model_pin_access(struct kernel *kernel, const char *path, bool make);
int model_pin_names(struct kernel *kernel, const char *path, kernel_child_fn fn, void *user);
int model_pin_list(struct kernel *kernel, const char *directory, kernel_pin_fn fn, void *user);

#endif
