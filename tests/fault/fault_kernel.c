/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault_kernel.h"

#include <errno.h>
#include <string.h>

#include "leaks.h"
#include "lies.h"

struct fault_kernel fault_kernel;

const char *const fault_kernel_names[FAULT_KERNEL_OPS] = {
#define OWN(number, name) #name,
#include "fault_kernel.def"
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

static int front_link_update(struct kernel *kernel, const struct kernel_link_update *request)
{
	int err = enter(FAULT_KERNEL_LINK_UPDATE);

	return err ? err : lies_link_update(inner(kernel), request);
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

static int front_next_link(struct kernel *kernel, uint32_t id, uint32_t *next)
{
	int err = enter(FAULT_KERNEL_NEXT_LINK);

	fault_kernel.walks += !id;
	return err ? err : inner(kernel)->ops->next_link(inner(kernel), id, next);
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

static void front_pin_unlock(struct kernel *kernel, int lock)
{
	enter(FAULT_KERNEL_PIN_UNLOCK);
	fault_kernel.open--;
	inner(kernel)->ops->pin_unlock(inner(kernel), lock);
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

/* ---- calls that are only counted or failed -------------------------------------------------- */

#define FRONT_PARAMETERS(...) (struct kernel *kernel, ##__VA_ARGS__)
#define FRONT_ARGUMENTS(...)  (inner(kernel), ##__VA_ARGS__)

#define PASSED(number, name, parameters, arguments)                                                \
	static int front_##name FRONT_PARAMETERS parameters                                        \
	{                                                                                          \
		int err = enter(FAULT_KERNEL_##number);                                            \
                                                                                                   \
		return err ? err : inner(kernel)->ops->name FRONT_ARGUMENTS arguments;             \
	}
#define OPENED(number, name, parameters, arguments)                                                \
	static int front_##name FRONT_PARAMETERS parameters                                        \
	{                                                                                          \
		int err = enter(FAULT_KERNEL_##number);                                            \
                                                                                                   \
		return err ? err : went_out(inner(kernel)->ops->name FRONT_ARGUMENTS arguments);   \
	}
#define ASKED(number, name, parameters, arguments)                                                 \
	static bool front_##name FRONT_PARAMETERS parameters                                       \
	{                                                                                          \
		enter(FAULT_KERNEL_##number);                                                      \
		return inner(kernel)->ops->name FRONT_ARGUMENTS arguments;                         \
	}
#define OWN(number, name)
#include "fault_kernel.def"

static void front_free(struct kernel *kernel)
{
	(void)kernel;
}

static const struct kernel_ops front_ops = {
	.name = "live",
#define OWN(number, name) .name = front_##name,
#include "fault_kernel.def"
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
