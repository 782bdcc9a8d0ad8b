/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault_kernel.h"

#include <errno.h>
#include <string.h>

#include "leaks.h"
#include "lies.h"

struct fault_kernel fault_kernel;

const char *const fault_kernel_names[FAULT_KERNEL_OPS] = {
	"attach",
	"detach",
	"query",
	"link_create",
	"link_update",
	"link_detach",
	"load",
	"load_object",
	"program_by_id",
	"link_by_id",
	"map_by_id",
	"next_program",
	"next_link",
	"program_info",
	"link_info",
	"map_info",
	"map_lookup",
	"map_next_key",
	"btf_by_id",
	"program_full_name",
	"pin_open",
	"pin",
	"unpin",
	"pin_move",
	"pin_lock",
	"pin_unlock",
	"pin_access",
	"pin_names",
	"pin_directory_make",
	"pin_directory_remove",
	"pin_list",
	"drain",
	"kind",
	"dup",
	"close",
	"cgroup_open",
	"cgroup_open_mount",
	"cgroup_by_id",
	"cgroup_parent",
	"cgroup_id",
	"cgroup_path",
	"cgroup_make",
	"cgroup_remove",
	"cgroup_leftover",
	"cgroup_children",
	"capability",
	"denied",
	"is_filtered",
	"cgroup_mount",
	"cgroup_own",
	"cgroup_is_root",
	"bpffs_mount",
	"bpffs_each",
	"is_bpffs",
	"boot_id",
	"memory",
	"holder_each",
	"sees_all_processes",
};

/* The backend and the one behind it. */
struct front {
	struct kernel kernel;
	struct kernel *inner;
};

static struct kernel *inner(struct kernel *kernel)
{
	return ((struct front *)kernel)->inner;
}

void fault_kernel_reset(void)
{
	int open = fault_kernel.open;

	memset(&fault_kernel, 0, sizeof(fault_kernel));
	fault_kernel.open = open;
}

bool fault_kernel_can_fail(enum fault_kernel_op op)
{
	return op != FAULT_KERNEL_KIND && op != FAULT_KERNEL_CLOSE &&
	       op != FAULT_KERNEL_PIN_UNLOCK && op != FAULT_KERNEL_CAPABILITY &&
	       op != FAULT_KERNEL_DENIED && op != FAULT_KERNEL_IS_FILTERED &&
	       op != FAULT_KERNEL_IS_BPFFS && op != FAULT_KERNEL_CGROUP_IS_ROOT &&
	       op != FAULT_KERNEL_SEES_ALL_PROCESSES;
}

/* Counts a call. Returns 0 or the errno that it fails with. */
static int enter(enum fault_kernel_op op)
{
	unsigned call = ++fault_kernel.calls[op];

	fault_kernel.total++;
	if (fault_kernel.before)
		fault_kernel.before(op, fault_kernel.user);
	if (!fault_kernel.fail_errno || fault_kernel.fail_op != op || call < fault_kernel.fail_at)
		return 0;
	if (call > fault_kernel.fail_at && !fault_kernel.fail_on)
		return 0;
	fault_kernel.failed++;
	fault_kernel.failed_question |= fault_kernel.asking;
	return -fault_kernel.fail_errno;
}

static int went_out(int fd)
{
	fault_kernel.open += fd >= 0;
	return fd;
}

static int front_attach(struct kernel *kernel, const struct kernel_attach *request)
{
	int err;

	/* a probe is attached before another program and removed again, or replaces itself */
	fault_kernel.asking = (int)request->target_fd < 0 ||
			      ((request->flags & KERNEL_REPLACE) &&
			       request->replace_fd == request->program_fd) ||
			      ((request->flags & KERNEL_BEFORE) && request->relative &&
			       !(request->flags & KERNEL_ID));
	err = enter(FAULT_KERNEL_ATTACH);
	fault_kernel.asking = false;
	return err ? err : lies_attach(inner(kernel), request);
}

static int front_detach(struct kernel *kernel, const struct kernel_attach *request)
{
	int err = enter(FAULT_KERNEL_DETACH);

	return err ? err : lies_detach(inner(kernel), request);
}

static int front_query(struct kernel *kernel, struct kernel_query *request)
{
	int err;

	fault_kernel.asking = (int)request->target_fd < 0;
	err = enter(FAULT_KERNEL_QUERY);
	fault_kernel.asking = false;
	if (!err && fault_kernel.unreadable)
		err = -EPERM;
	return err ? err : lies_query(inner(kernel), request);
}

static int front_link_create(struct kernel *kernel, const struct kernel_link_create *request)
{
	int err = enter(FAULT_KERNEL_LINK_CREATE);

	return err ? err : went_out(inner(kernel)->ops->link_create(inner(kernel), request));
}

static int front_link_update(struct kernel *kernel, const struct kernel_link_update *request)
{
	int err = enter(FAULT_KERNEL_LINK_UPDATE);

	return err ? err : lies_link_update(inner(kernel), request);
}

static int front_link_detach(struct kernel *kernel, int fd)
{
	int err = enter(FAULT_KERNEL_LINK_DETACH);

	return err ? err : inner(kernel)->ops->link_detach(inner(kernel), fd);
}

static int front_load(struct kernel *kernel, const struct kernel_load *request)
{
	int err = enter(FAULT_KERNEL_LOAD);

	return err ? err : went_out(inner(kernel)->ops->load(inner(kernel), request));
}

static int front_program_by_id(struct kernel *kernel, uint32_t id)
{
	int err = enter(FAULT_KERNEL_PROGRAM_BY_ID);

	return err ? err : went_out(inner(kernel)->ops->program_by_id(inner(kernel), id));
}

static int front_link_by_id(struct kernel *kernel, uint32_t id)
{
	int err = enter(FAULT_KERNEL_LINK_BY_ID);

	return err ? err : went_out(inner(kernel)->ops->link_by_id(inner(kernel), id));
}

static void count_map(uint32_t id)
{
	for (size_t i = 0; i < fault_kernel.map_count; i++)
		if (fault_kernel.maps_opened[i] == id) {
			fault_kernel.maps_reopened++;
			return;
		}
	if (fault_kernel.map_count <
	    sizeof(fault_kernel.maps_opened) / sizeof(*fault_kernel.maps_opened))
		fault_kernel.maps_opened[fault_kernel.map_count++] = id;
}

static int front_map_by_id(struct kernel *kernel, uint32_t id)
{
	int err = enter(FAULT_KERNEL_MAP_BY_ID);

	count_map(id);
	return err ? err : went_out(inner(kernel)->ops->map_by_id(inner(kernel), id));
}

static int front_next_program(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	int err = enter(FAULT_KERNEL_NEXT_PROGRAM);

	return err ? err : inner(kernel)->ops->next_program(inner(kernel), id, next);
}

static int front_next_link(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	int err = enter(FAULT_KERNEL_NEXT_LINK);

	fault_kernel.walks += !id;
	return err ? err : inner(kernel)->ops->next_link(inner(kernel), id, next);
}

static int front_program_info(struct kernel *kernel, int fd, struct kernel_program *out)
{
	int err = enter(FAULT_KERNEL_PROGRAM_INFO);

	return err ? err : inner(kernel)->ops->program_info(inner(kernel), fd, out);
}

static int front_link_info(struct kernel *kernel, int fd, struct kernel_link *out)
{
	int err = enter(FAULT_KERNEL_LINK_INFO);

	return err ? err : inner(kernel)->ops->link_info(inner(kernel), fd, out);
}

static int front_map_info(struct kernel *kernel, int fd, struct kernel_map *out)
{
	int err = enter(FAULT_KERNEL_MAP_INFO);

	return err ? err : inner(kernel)->ops->map_info(inner(kernel), fd, out);
}

static int front_map_next_key(struct kernel *kernel, int fd, const void *key, void *next)
{
	int err = enter(FAULT_KERNEL_MAP_NEXT_KEY);

	return err ? err : inner(kernel)->ops->map_next_key(inner(kernel), fd, key, next);
}

static int front_map_lookup(struct kernel *kernel, int fd, const void *key, void *value)
{
	int err = enter(FAULT_KERNEL_MAP_LOOKUP);

	return err ? err : inner(kernel)->ops->map_lookup(inner(kernel), fd, key, value);
}

static int front_btf_by_id(struct kernel *kernel, uint32_t id, struct btf **out)
{
	int err = enter(FAULT_KERNEL_BTF_BY_ID);

	return err ? err : inner(kernel)->ops->btf_by_id(inner(kernel), id, out);
}

static int front_program_full_name(struct kernel *kernel, int fd, char *name, size_t size)
{
	int err = enter(FAULT_KERNEL_PROGRAM_FULL_NAME);

	return err ? err : inner(kernel)->ops->program_full_name(inner(kernel), fd, name, size);
}

static int front_pin_open(struct kernel *kernel, const char *path)
{
	int err = enter(FAULT_KERNEL_PIN_OPEN);

	return err ? err : went_out(inner(kernel)->ops->pin_open(inner(kernel), path));
}

static int front_pin(struct kernel *kernel, int fd, const char *path)
{
	int err = enter(FAULT_KERNEL_PIN);

	if (!err)
		err = inner(kernel)->ops->pin(inner(kernel), fd, path);
	if (!err)
		leaks_pin(path);
	return err;
}

static int front_unpin(struct kernel *kernel, const char *path)
{
	int err = enter(FAULT_KERNEL_UNPIN);

	if (!err)
		err = inner(kernel)->ops->unpin(inner(kernel), path);
	if (!err)
		leaks_unpin(path);
	return err;
}

static int front_pin_move(struct kernel *kernel, const char *from, const char *to,
			  enum kernel_pin_move how)
{
	int err = enter(FAULT_KERNEL_PIN_MOVE);

	if (!err)
		err = inner(kernel)->ops->pin_move(inner(kernel), from, to, how);
	/* an exchange leaves a pin at both */
	if (!err && how != KERNEL_PIN_EXCHANGE)
		leaks_move(from, to);
	return err;
}

static int front_pin_lock(struct kernel *kernel, const char *path)
{
	int err = enter(FAULT_KERNEL_PIN_LOCK);

	return err ? err : went_out(inner(kernel)->ops->pin_lock(inner(kernel), path));
}

static void front_pin_unlock(struct kernel *kernel, int lock)
{
	enter(FAULT_KERNEL_PIN_UNLOCK);
	fault_kernel.open--;
	inner(kernel)->ops->pin_unlock(inner(kernel), lock);
}

static int front_pin_names(struct kernel *kernel, const char *path, kernel_child_fn fn, void *user)
{
	int err = enter(FAULT_KERNEL_PIN_NAMES);

	return err ? err : inner(kernel)->ops->pin_names(inner(kernel), path, fn, user);
}

static int front_pin_directory_make(struct kernel *kernel, const char *path)
{
	int err = enter(FAULT_KERNEL_PIN_DIRECTORY_MAKE);

	return err ? err : inner(kernel)->ops->pin_directory_make(inner(kernel), path);
}

static int front_pin_directory_remove(struct kernel *kernel, const char *path)
{
	int err = enter(FAULT_KERNEL_PIN_DIRECTORY_REMOVE);

	return err ? err : inner(kernel)->ops->pin_directory_remove(inner(kernel), path);
}

static int front_pin_list(struct kernel *kernel, const char *directory, kernel_pin_fn fn,
			  void *user)
{
	int err = enter(FAULT_KERNEL_PIN_LIST);

	return err ? err : inner(kernel)->ops->pin_list(inner(kernel), directory, fn, user);
}

static int front_drain(struct kernel *kernel)
{
	int err = enter(FAULT_KERNEL_DRAIN);

	return err ? err : inner(kernel)->ops->drain(inner(kernel));
}

static int front_dup(struct kernel *kernel, int fd)
{
	int err = enter(FAULT_KERNEL_DUP);

	return err ? err : went_out(inner(kernel)->ops->dup(inner(kernel), fd));
}

static int front_cgroup_open(struct kernel *kernel, const char *path)
{
	int err = enter(FAULT_KERNEL_CGROUP_OPEN);

	return err ? err : went_out(inner(kernel)->ops->cgroup_open(inner(kernel), path));
}

static int front_cgroup_open_mount(struct kernel *kernel, const char *path)
{
	int err = enter(FAULT_KERNEL_CGROUP_OPEN_MOUNT);

	return err ? err : went_out(inner(kernel)->ops->cgroup_open_mount(inner(kernel), path));
}

static int front_cgroup_by_id(struct kernel *kernel, int mount_fd, uint64_t id)
{
	int err = enter(FAULT_KERNEL_CGROUP_BY_ID);

	return err ? err : went_out(inner(kernel)->ops->cgroup_by_id(inner(kernel), mount_fd, id));
}

static int front_cgroup_parent(struct kernel *kernel, int fd)
{
	int err = enter(FAULT_KERNEL_CGROUP_PARENT);

	return err ? err : went_out(inner(kernel)->ops->cgroup_parent(inner(kernel), fd));
}

static int front_cgroup_id(struct kernel *kernel, int fd, uint64_t *id)
{
	int err = enter(FAULT_KERNEL_CGROUP_ID);

	return err ? err : inner(kernel)->ops->cgroup_id(inner(kernel), fd, id);
}

static int front_cgroup_path(struct kernel *kernel, int fd, char *path, size_t size)
{
	int err = enter(FAULT_KERNEL_CGROUP_PATH);

	return err ? err : inner(kernel)->ops->cgroup_path(inner(kernel), fd, path, size);
}

static int front_cgroup_make(struct kernel *kernel, int parent_fd, const char *name)
{
	int fd = enter(FAULT_KERNEL_CGROUP_MAKE);

	if (!fd)
		fd = inner(kernel)->ops->cgroup_make(inner(kernel), parent_fd, name);
	if (fd >= 0)
		leaks_make(inner(kernel), parent_fd, name);
	return went_out(fd);
}

static int front_cgroup_remove(struct kernel *kernel, int parent_fd, const char *name)
{
	int err = enter(FAULT_KERNEL_CGROUP_REMOVE);

	if (!err)
		err = inner(kernel)->ops->cgroup_remove(inner(kernel), parent_fd, name);
	if (!err)
		leaks_remove(inner(kernel), parent_fd, name);
	return err;
}

static int front_cgroup_leftover(struct kernel *kernel, int parent_fd, const char *name, bool remove)
{
	int err = enter(FAULT_KERNEL_CGROUP_LEFTOVER);

	return err ? err : inner(kernel)->ops->cgroup_leftover(inner(kernel), parent_fd, name, remove);
}

static int front_cgroup_children(struct kernel *kernel, int fd, kernel_child_fn fn, void *user)
{
	int err = enter(FAULT_KERNEL_CGROUP_CHILDREN);

	return err ? err : inner(kernel)->ops->cgroup_children(inner(kernel), fd, fn, user);
}

static int front_cgroup_mount(struct kernel *kernel, char *path, size_t size)
{
	int err = enter(FAULT_KERNEL_CGROUP_MOUNT);

	return err ? err : inner(kernel)->ops->cgroup_mount(inner(kernel), path, size);
}

static int front_cgroup_own(struct kernel *kernel, char *path, size_t size)
{
	int err = enter(FAULT_KERNEL_CGROUP_OWN);

	return err ? err : inner(kernel)->ops->cgroup_own(inner(kernel), path, size);
}

static int front_bpffs_mount(struct kernel *kernel, char *path, size_t size)
{
	int err = enter(FAULT_KERNEL_BPFFS_MOUNT);

	return err ? err : inner(kernel)->ops->bpffs_mount(inner(kernel), path, size);
}

static int front_load_object(struct kernel *kernel, struct bpf_object *object,
			     struct bpf_program *program, struct kernel_object_map *maps,
			     size_t count, struct kernel_load_log *log)
{
	int fd, err = enter(FAULT_KERNEL_LOAD_OBJECT);

	*log = (struct kernel_load_log){ 0 };
	if (err)
		return err;
	fd = inner(kernel)->ops->load_object(inner(kernel), object, program, maps, count, log);
	for (size_t i = 0; i < count; i++)
		fault_kernel.open += maps[i].made >= 0;
	return went_out(fd);
}

static enum kernel_kind front_kind(struct kernel *kernel, int fd)
{
	enter(FAULT_KERNEL_KIND);
	return inner(kernel)->ops->kind(inner(kernel), fd);
}

static void front_close(struct kernel *kernel, int fd)
{
	enter(FAULT_KERNEL_CLOSE);
	fault_kernel.open -= fd >= 0;
	inner(kernel)->ops->close(inner(kernel), fd);
}

static enum kernel_standing front_capability(struct kernel *kernel,
					     enum kernel_capability capability)
{
	enter(FAULT_KERNEL_CAPABILITY);
	return inner(kernel)->ops->capability(inner(kernel), capability);
}

/* The errno that a test injects is not one of bpf(2). */
static const char *front_denied(struct kernel *kernel, int errnum)
{
	enter(FAULT_KERNEL_DENIED);
	return fault_kernel.failed ? NULL : inner(kernel)->ops->denied(inner(kernel), errnum);
}

static bool front_is_filtered(struct kernel *kernel)
{
	enter(FAULT_KERNEL_IS_FILTERED);
	return inner(kernel)->ops->is_filtered(inner(kernel));
}

static int front_pin_access(struct kernel *kernel, const char *path, bool make)
{
	int err = enter(FAULT_KERNEL_PIN_ACCESS);

	return err ? err : inner(kernel)->ops->pin_access(inner(kernel), path, make);
}

static bool front_cgroup_is_root(struct kernel *kernel, int fd)
{
	enter(FAULT_KERNEL_CGROUP_IS_ROOT);
	return inner(kernel)->ops->cgroup_is_root(inner(kernel), fd);
}

static int front_bpffs_each(struct kernel *kernel, kernel_mount_fn fn, void *user)
{
	int err = enter(FAULT_KERNEL_BPFFS_EACH);

	return err ? err : inner(kernel)->ops->bpffs_each(inner(kernel), fn, user);
}

static int front_holder_each(struct kernel *kernel, kernel_holder_fn fn, void *user)
{
	int err = enter(FAULT_KERNEL_HOLDER_EACH);

	return err ? err : inner(kernel)->ops->holder_each(inner(kernel), fn, user);
}

static bool front_sees_all_processes(struct kernel *kernel)
{
	enter(FAULT_KERNEL_SEES_ALL_PROCESSES);
	return inner(kernel)->ops->sees_all_processes(inner(kernel));
}

static bool front_is_bpffs(struct kernel *kernel, const char *path)
{
	enter(FAULT_KERNEL_IS_BPFFS);
	return inner(kernel)->ops->is_bpffs(inner(kernel), path);
}

static int front_boot_id(struct kernel *kernel, char *id, size_t size)
{
	int err = enter(FAULT_KERNEL_BOOT_ID);

	return err ? err : inner(kernel)->ops->boot_id(inner(kernel), id, size);
}

static int front_memory(struct kernel *kernel, int fd, uint64_t *bytes)
{
	int err = enter(FAULT_KERNEL_MEMORY);

	return err ? err : inner(kernel)->ops->memory(inner(kernel), fd, bytes);
}

static void front_free(struct kernel *kernel)
{
	(void)kernel;
}

static const struct kernel_ops front_ops = {
	.name = "live",
	.attach = front_attach,
	.detach = front_detach,
	.query = front_query,
	.link_create = front_link_create,
	.link_update = front_link_update,
	.link_detach = front_link_detach,
	.load = front_load,
	.load_object = front_load_object,
	.program_by_id = front_program_by_id,
	.link_by_id = front_link_by_id,
	.map_by_id = front_map_by_id,
	.next_program = front_next_program,
	.next_link = front_next_link,
	.program_info = front_program_info,
	.link_info = front_link_info,
	.map_info = front_map_info,
	.map_lookup = front_map_lookup,
	.map_next_key = front_map_next_key,
	.btf_by_id = front_btf_by_id,
	.program_full_name = front_program_full_name,
	.pin_open = front_pin_open,
	.pin = front_pin,
	.unpin = front_unpin,
	.pin_move = front_pin_move,
	.pin_lock = front_pin_lock,
	.pin_unlock = front_pin_unlock,
	.pin_access = front_pin_access,
	.pin_names = front_pin_names,
	.pin_directory_make = front_pin_directory_make,
	.pin_directory_remove = front_pin_directory_remove,
	.pin_list = front_pin_list,
	.drain = front_drain,
	.kind = front_kind,
	.dup = front_dup,
	.close = front_close,
	.cgroup_open = front_cgroup_open,
	.cgroup_open_mount = front_cgroup_open_mount,
	.cgroup_by_id = front_cgroup_by_id,
	.cgroup_parent = front_cgroup_parent,
	.cgroup_id = front_cgroup_id,
	.cgroup_path = front_cgroup_path,
	.cgroup_make = front_cgroup_make,
	.cgroup_remove = front_cgroup_remove,
	.cgroup_leftover = front_cgroup_leftover,
	.cgroup_children = front_cgroup_children,
	.capability = front_capability,
	.denied = front_denied,
	.is_filtered = front_is_filtered,
	.cgroup_mount = front_cgroup_mount,
	.cgroup_own = front_cgroup_own,
	.cgroup_is_root = front_cgroup_is_root,
	.bpffs_mount = front_bpffs_mount,
	.bpffs_each = front_bpffs_each,
	.is_bpffs = front_is_bpffs,
	.boot_id = front_boot_id,
	.memory = front_memory,
	.holder_each = front_holder_each,
	.sees_all_processes = front_sees_all_processes,
	.free = front_free,
};

static struct front front = { .kernel = { &front_ops } };

struct kernel *__real_kernel_live(void);
struct kernel *__wrap_kernel_live(void);

/* The linker replaces kernel_live() by this. */
struct kernel *__wrap_kernel_live(void)
{
	if (!front.inner)
		front.inner = __real_kernel_live();
	return &front.kernel;
}

void fault_kernel_set_inner(struct kernel *kernel)
{
	front.inner = kernel;
}

struct kernel *fault_kernel_inner(void)
{
	__wrap_kernel_live();
	return front.inner;
}
