/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bound for descriptors of things that can be opened again: of cgroups, and of links. A thing is
 * open while a call holds it. Between the calls it stays open until others need its descriptor; the
 * next call then opens it again.
 */
#ifndef CGSWAP_KERNEL_FD_POOL_H
#define CGSWAP_KERNEL_FD_POOL_H

#include <pthread.h>
#include <stdatomic.h>

#include "kernel/kernel.h"

struct pooled_fd;

/* Both are called under the lock of the pool. */
struct pooled_kind {
	/* Returns a descriptor of the very same thing, or a negative errno. */
	int (*reopen)(const struct pooled_fd *pooled);
	/* True if the thing can be opened again, as far as is known. */
	bool (*may_close)(const struct pooled_fd *pooled);
};

struct pooled_fd {
	const struct pooled_kind *kind;
	struct fd_pool *pool; /* NULL: not in a pool */
	struct pooled_fd *older, *newer;
	atomic_int fd; /* valid while held; -1: closed */
	atomic_uint users;
};

enum { FD_POOL_RESERVE = 4 };

/* May be used by several threads. */
struct fd_pool {
	struct kernel *kernel; /* set before the first one is added */
	pthread_mutex_t lock;  /* protects the fields below, and the lists */
	struct pooled_fd *oldest, *newest;
	size_t open, capacity;
	size_t kept;                  /* held by transactions as long as they exist */
	int reserve[FD_POOL_RESERVE]; /* for the way back of a large transaction */
	size_t reserved;
};

/* Takes no more than a quarter of the process's soft limit of open files. */
void fd_pool_init(struct fd_pool *pool);

/* Closes the reserve and whatever is still open; each must be removed nevertheless. */
void fd_pool_shut(struct fd_pool *pool);
void fd_pool_free(struct fd_pool *pool);

/* Adds an open thing, which is not held. The pool owns the descriptor. */
void fd_pool_add(struct fd_pool *pool, struct pooled_fd *pooled, const struct pooled_kind *kind,
		 int fd);

/* Closes it and takes it out; does nothing if it is in no pool. */
void fd_pool_remove(struct pooled_fd *pooled);

/* Makes pooled->fd valid until the release. Returns 0 or a negative errno. */
int fd_pool_hold(struct pooled_fd *pooled);
void fd_pool_release(struct pooled_fd *pooled);

/* Closes one that is not held, for another use of its descriptor. False: there is none. */
bool fd_pool_make_room(struct fd_pool *pool);

/*
 * Holds a thing for the life of a transaction, if few are. fd_pool_unkeep() ends it. Returns 0,
 * -EAGAIN if too many are kept, or another negative errno.
 */
int fd_pool_keep(struct pooled_fd *pooled);
void fd_pool_unkeep(struct pooled_fd *pooled);

/*
 * Takes some descriptors, so that a rollback can open things again when the process has used up all
 * others. Returns 0 or a negative errno.
 */
int fd_pool_take_reserve(struct fd_pool *pool);

/* Gives them up for use. Returns true if there were any. */
bool fd_pool_give_reserve(struct fd_pool *pool);

#endif
