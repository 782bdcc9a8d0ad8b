/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/program_shelf.h"

#include <errno.h>

#include "base/error.h"
#include "kernel/errno_error.h"

static void shelf_link(struct program_shelf *shelf, struct program *program)
{
	program->older = shelf->newest;
	program->newer = NULL;
	if (shelf->newest)
		shelf->newest->newer = program;
	else
		shelf->oldest = program;
	shelf->newest = program;
	shelf->open++;
}

static void shelf_unlink(struct program_shelf *shelf, struct program *program)
{
	if (program->older)
		program->older->newer = program->newer;
	else
		shelf->oldest = program->newer;
	if (program->newer)
		program->newer->older = program->older;
	else
		shelf->newest = program->older;
	shelf->open--;
}

static void shelf_renew(struct program_shelf *shelf, struct program *program)
{
	if (program == shelf->newest)
		return;
	shelf_unlink(shelf, program);
	shelf_link(shelf, program);
}

/* Others may use the descriptor of a program that they have too, at any time. */
static bool shelf_close(struct program_shelf *shelf, struct program *program)
{
	if (program == shelf->used[0] || program == shelf->used[1] || atomic_load(&program->lent))
		return false;
	if (!program->is_put && shelf->place.put(program, shelf->place.user))
		return false;
	program->is_put = true;
	shelf_unlink(shelf, program);
	program->kernel->ops->close(program->kernel, program->fd);
	program->fd = -1;
	return true;
}

/* Those that must stay open become the newest, so that they are not met each time. */
static bool shelf_close_one(struct program_shelf *shelf)
{
	size_t tries = shelf->open < shelf->capacity ? shelf->open : shelf->capacity;

	for (; tries > 0; tries--) {
		struct program *program = shelf->oldest;

		if (shelf_close(shelf, program))
			return true;
		shelf_renew(shelf, program);
	}
	return false;
}

static void shelf_make_room(struct program_shelf *shelf)
{
	while (shelf->open >= shelf->capacity && shelf_close_one(shelf))
		continue;
}

void program_shelf_add(struct program_shelf *shelf, struct program *program)
{
	if (!shelf->capacity || program->shelf == shelf)
		return;
	if (program->shelf) {
		atomic_fetch_add(&program->lent, 1);
		return;
	}
	shelf_make_room(shelf);
	program->shelf = shelf;
	program->next_on_shelf = shelf->members;
	shelf->members = program_ref(program);
	shelf_link(shelf, program);
}

void program_shelf_free(struct program_shelf *shelf)
{
	struct program *program;

	while ((program = shelf->members)) {
		shelf->members = program->next_on_shelf;
		program->shelf = NULL;
		program_unref(program);
	}
	*shelf = (struct program_shelf){ 0 };
}

/* ---- use ------------------------------------------------------------------------------------- */

/* An id is not used again before billions of others, but the place is not ours alone. */
static int shelf_check_same(const struct program *program, int fd)
{
	struct kernel_program info;
	int err = program->kernel->ops->program_info(program->kernel, fd, &info);

	if (err)
		return err;
	return info.id == program->info.id ? 0 : -ESTALE;
}

static int shelf_reopen(struct program_shelf *shelf, struct program *program)
{
	struct kernel *kernel = program->kernel;
	int err, fd;

	shelf_make_room(shelf);
	do
		fd = shelf->place.take(program->info.id, shelf->place.user);
	while ((fd == -EMFILE || fd == -ENFILE) && shelf_close_one(shelf));
	if (fd < 0)
		return fd;
	err = shelf_check_same(program, fd);
	if (err) {
		kernel->ops->close(kernel, fd);
		return err;
	}
	program->fd = fd;
	shelf_link(shelf, program);
	return 0;
}

enum cgswap_status program_open(struct program *program)
{
	struct program_shelf *shelf = program->shelf;
	int err = 0;

	/* one that others have is never closed */
	if (!shelf || atomic_load(&program->lent))
		return CGSWAP_OK;
	if (program != shelf->used[0]) {
		shelf->used[1] = shelf->used[0];
		shelf->used[0] = program;
	}
	if (program->fd >= 0)
		shelf_renew(shelf, program);
	else
		err = shelf_reopen(shelf, program);
	if (!err)
		return CGSWAP_OK;
	return error_from_errno(program->kernel, 0, -err,
				"program %u{program_id} cannot be opened again by its pin",
				program->info.id);
}
