/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/fd_pool.h"

#include <errno.h>
#include <sys/resource.h>

enum { CAPACITY_MAX = 96, CAPACITY_MIN = 8 };

/* Added to the users of one that is being closed: a thread that holds it then waits for the lock.
 */
static const unsigned CLOSING = 1U << 31;

void fd_pool_init(struct fd_pool *pool)
{
	struct rlimit limit;

	*pool = (struct fd_pool){ .capacity = CAPACITY_MAX };
	pthread_mutex_init(&pool->lock, NULL);
	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur / 4 < CAPACITY_MAX)
		pool->capacity = limit.rlim_cur / 4;
	if (pool->capacity < CAPACITY_MIN)
		pool->capacity = CAPACITY_MIN;
}

/* ---- the list of the open ones, oldest first ------------------------------------------------- */

static void fd_pool_link(struct fd_pool *pool, struct pooled_fd *pooled)
{
	pooled->older = pool->newest;
	pooled->newer = NULL;
	if (pool->newest)
		pool->newest->newer = pooled;
	else
		pool->oldest = pooled;
	pool->newest = pooled;
	pool->open++;
}

static void fd_pool_unlink(struct fd_pool *pool, struct pooled_fd *pooled)
{
	if (pooled->older)
		pooled->older->newer = pooled->newer;
	else
		pool->oldest = pooled->newer;
	if (pooled->newer)
		pooled->newer->older = pooled->older;
	else
		pool->newest = pooled->older;
	pool->open--;
}

void fd_pool_shut(struct fd_pool *pool)
{
	struct pooled_fd *pooled;

	fd_pool_give_reserve(pool);
	/* they stay in the pool, from which another thread may just take its own */
	pthread_mutex_lock(&pool->lock);
	while ((pooled = pool->oldest) != NULL) {
		pool->kernel->ops->close(pool->kernel, pooled->fd);
		fd_pool_unlink(pool, pooled);
		pooled->fd = -1;
	}
	pthread_mutex_unlock(&pool->lock);
}

void fd_pool_free(struct fd_pool *pool)
{
	pthread_mutex_destroy(&pool->lock);
}

/* Closes one unless it is held. */
static bool fd_pool_close(struct fd_pool *pool, struct pooled_fd *pooled)
{
	unsigned users = 0;

	if (!pooled->kind->may_close(pooled) ||
	    !atomic_compare_exchange_strong(&pooled->users, &users, CLOSING))
		return false;
	pool->kernel->ops->close(pool->kernel, pooled->fd);
	pooled->fd = -1;
	fd_pool_unlink(pool, pooled);
	atomic_fetch_sub(&pooled->users, CLOSING);
	return true;
}

/*
 * Closes the oldest one that is not held. The others that it meets become the newest, so that they
 * are not met each time.
 */
static bool fd_pool_close_one(struct fd_pool *pool)
{
	for (size_t i = pool->open; i > 0; i--) {
		struct pooled_fd *pooled = pool->oldest;

		if (fd_pool_close(pool, pooled))
			return true;
		fd_pool_unlink(pool, pooled);
		fd_pool_link(pool, pooled);
	}
	return false;
}

/* ---- adding, holding ------------------------------------------------------------------------- */

void fd_pool_add(struct fd_pool *pool, struct pooled_fd *pooled, const struct pooled_kind *kind,
		 int fd)
{
	pooled->kind = kind;
	pooled->pool = pool;
	atomic_init(&pooled->fd, fd);
	atomic_init(&pooled->users, 0);
	pthread_mutex_lock(&pool->lock);
	while (pool->open >= pool->capacity && fd_pool_close_one(pool))
		continue;
	fd_pool_link(pool, pooled);
	pthread_mutex_unlock(&pool->lock);
}

void fd_pool_remove(struct pooled_fd *pooled)
{
	struct fd_pool *pool = pooled->pool;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	if (pooled->fd >= 0) {
		pool->kernel->ops->close(pool->kernel, pooled->fd);
		fd_pool_unlink(pool, pooled);
	}
	pooled->fd = -1;
	pooled->pool = NULL;
	pthread_mutex_unlock(&pool->lock);
}

static int fd_pool_reopen(struct fd_pool *pool, struct pooled_fd *pooled)
{
	int fd;

	while (pool->open >= pool->capacity && fd_pool_close_one(pool))
		continue;
	do
		fd = pooled->kind->reopen(pooled);
	while ((fd == -EMFILE || fd == -ENFILE) && fd_pool_close_one(pool));
	if (fd < 0)
		return fd;
	pooled->fd = fd;
	fd_pool_link(pool, pooled);
	return 0;
}

int fd_pool_hold(struct pooled_fd *pooled)
{
	struct fd_pool *pool = pooled->pool;
	unsigned before = atomic_fetch_add(&pooled->users, 1);
	int err = 0;

	if (!(before & CLOSING) && pooled->fd >= 0)
		return 0;
	pthread_mutex_lock(&pool->lock);
	if (pooled->fd < 0)
		err = fd_pool_reopen(pool, pooled);
	pthread_mutex_unlock(&pool->lock);
	if (err)
		fd_pool_release(pooled);
	return err;
}

void fd_pool_release(struct pooled_fd *pooled)
{
	atomic_fetch_sub(&pooled->users, 1);
}

bool fd_pool_make_room(struct fd_pool *pool)
{
	bool any;

	pthread_mutex_lock(&pool->lock);
	any = fd_pool_close_one(pool);
	pthread_mutex_unlock(&pool->lock);
	return any;
}

int fd_pool_keep(struct pooled_fd *pooled)
{
	struct fd_pool *pool = pooled->pool;
	bool may;
	int err;

	pthread_mutex_lock(&pool->lock);
	may = pool->kept < pool->capacity / 2;
	pool->kept += may;
	pthread_mutex_unlock(&pool->lock);
	if (!may)
		return -EAGAIN;
	err = fd_pool_hold(pooled);
	if (!err)
		return 0;
	pthread_mutex_lock(&pool->lock);
	pool->kept--;
	pthread_mutex_unlock(&pool->lock);
	return err;
}

void fd_pool_unkeep(struct pooled_fd *pooled)
{
	struct fd_pool *pool = pooled->pool;

	fd_pool_release(pooled);
	pthread_mutex_lock(&pool->lock);
	pool->kept--;
	pthread_mutex_unlock(&pool->lock);
}

/* ---- the reserve ----------------------------------------------------------------------------- */

/* The descriptors are copies of any open one. */
int fd_pool_take_reserve(struct fd_pool *pool)
{
	struct kernel *kernel = pool->kernel;
	int err = 0;

	pthread_mutex_lock(&pool->lock);
	while (!err && pool->newest && pool->reserved < FD_POOL_RESERVE) {
		int copy = kernel->ops->dup(kernel, pool->newest->fd);

		if (copy >= 0)
			pool->reserve[pool->reserved++] = copy;
		else
			err = copy;
	}
	pthread_mutex_unlock(&pool->lock);
	return err;
}

bool fd_pool_give_reserve(struct fd_pool *pool)
{
	bool any;

	pthread_mutex_lock(&pool->lock);
	any = pool->reserved > 0;
	while (pool->reserved)
		pool->kernel->ops->close(pool->kernel, pool->reserve[--pool->reserved]);
	pthread_mutex_unlock(&pool->lock);
	return any;
}
