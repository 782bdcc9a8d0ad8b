/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file cgswap.h
 * Swap a live cgroup-BPF program for its next version, in its place in the chain.
 *
 * Conventions that hold for every function below:
 *
 * - Out parameters come first; they are set to NULL (or 0) on failure.
 * - A function that can fail returns enum cgswap_status: 0, or a negative status. What went
 *   wrong stands in this thread's last error (cgswap_last_error()). A getter cannot fail: for
 *   NULL or a closed handle it returns 0, "" or NULL.
 * - NULL or a closed handle never crashes: a status call answers with the cause bad_argument
 *   or handle_closed.
 * - A returned `const char *` lives as long as the object it came from. Inputs are copied,
 *   descriptors are duplicated with CLOEXEC.
 * - Dropping a handle never changes what is attached in the kernel.
 * - Calls on a session wait for each other, so that many threads may open from one session; a call
 *   on the session from inside a callback of such a call is handle_in_use. Any other handle serves
 *   one thread at a time: a second one, or a close from inside the handle's own callback, is
 *   handle_in_use. Different handles of one session may be used in different threads.
 * - A callback may drop the caller's last reference to the handle that the call is on: it goes when
 *   the call ends.
 * - Options are passed as a struct whose first field, sz, is its size (sizeof, in bytes); zero
 *   in any other field means the default. NULL means all defaults.
 * - @return lists the causes that the call itself can give. Any call can give bad_argument,
 *   handle_closed, handle_in_use and out_of_memory besides; one that asks the system also
 *   too_many_files, denied_by_policy, kernel_lacks_cgroup_bpf and unexplained; and wherever a
 *   missing capability is listed, inside_user_namespace may stand in its place.
 */
#ifndef CGSWAP_H
#define CGSWAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CGSWAP_API __attribute__((visibility("default")))
#else
#define CGSWAP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** A place that is not known. Since 0.1. */
#define CGSWAP_POSITION_UNKNOWN SIZE_MAX

/** What a caller branches on. Since 0.1. */
enum cgswap_status {
	CGSWAP_OK = 0,
	CGSWAP_E_ARGUMENT = -1,         /**< the request itself is wrong */
	CGSWAP_E_CLOSED = -2,           /**< the handle was closed */
	CGSWAP_E_NOT_FOUND = -3,        /**< cgroup, program, pin or file is not there */
	CGSWAP_E_TYPE_MISMATCH = -4,    /**< it is there, but of another kind */
	CGSWAP_E_UNSUPPORTED = -5,      /**< this kernel cannot do it */
	CGSWAP_E_NOT_ATTACHED = -6,     /**< the program is not where it was looked for */
	CGSWAP_E_ALREADY_ATTACHED = -7, /**< the program is in the chain already */
	CGSWAP_E_FULL = -8,             /**< no place left in the chain */
	CGSWAP_E_CONFLICT = -9,         /**< what stands there forbids it */
	CGSWAP_E_STALE = -10,           /**< it changed since it was read */
	CGSWAP_E_PERMISSION = -11,      /**< privilege is missing */
	CGSWAP_E_INCOMPATIBLE = -12,    /**< new and old program do not go together */
	CGSWAP_E_REJECTED = -13,        /**< the object file or program was refused */
	CGSWAP_E_BUSY = -14,            /**< somebody else is at it */
	CGSWAP_E_SYSTEM = -15,          /**< the system failed us */
	CGSWAP_E_UNHEALTHY = -16,       /**< stopped on request; the old programs are back */
	CGSWAP_E_PARTIAL = -17,         /**< something stayed changed */
	CGSWAP_E_NO_MEMORY = -18        /**< out of memory */
};

/** Why: one precise reason for a refusal. `cgswap explain` tells of each. Since 0.1. */
enum cgswap_cause {
	CGSWAP_CAUSE_NONE = 0,
	CGSWAP_CAUSE_BAD_ARGUMENT = 1,
	CGSWAP_CAUSE_HANDLE_CLOSED = 2,
	CGSWAP_CAUSE_SELECTOR_AMBIGUOUS = 3,
	CGSWAP_CAUSE_SOURCE_AMBIGUOUS = 4,
	CGSWAP_CAUSE_MODE_FLAGS_CONFLICT = 5,
	CGSWAP_CAUSE_POSITION_CONFLICT = 6,
	CGSWAP_CAUSE_CGROUP_NOT_FOUND = 7,
	CGSWAP_CAUSE_CGROUP_V1 = 8,
	CGSWAP_CAUSE_NOT_A_CGROUP = 9,
	CGSWAP_CAUSE_CGROUP_GONE = 10,
	CGSWAP_CAUSE_CGROUP_UNREACHABLE = 11,
	CGSWAP_CAUSE_BAD_DESCRIPTOR = 12,
	CGSWAP_CAUSE_NOT_A_PROGRAM = 13,
	CGSWAP_CAUSE_NOT_A_LINK = 14,
	CGSWAP_CAUSE_PROGRAM_NOT_FOUND = 15,
	CGSWAP_CAUSE_PIN_NOT_FOUND = 16,
	CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH = 17,
	CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH = 18,
	CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN = 19,
	CGSWAP_CAUSE_NOT_ATTACHED = 20,
	CGSWAP_CAUSE_HELD_BY_LINK = 21,
	CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR = 22,
	CGSWAP_CAUSE_CHAIN_EMPTY = 23,
	CGSWAP_CAUSE_ALREADY_ATTACHED = 24,
	CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED = 25,
	CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH = 26,
	CGSWAP_CAUSE_CHAIN_FULL = 27,
	CGSWAP_CAUSE_OWN_MODE_CONFLICT = 28,
	CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE = 29,
	CGSWAP_CAUSE_PREORDER_WOULD_CHANGE = 30,
	CGSWAP_CAUSE_REVISION_CHANGED = 31,
	CGSWAP_CAUSE_LOST_RACE = 32,
	CGSWAP_CAUSE_LINK_CHANGED = 33,
	CGSWAP_CAUSE_LINK_DETACHED = 34,
	CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN = 35,
	CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN = 36,
	CGSWAP_CAUSE_MISSING_CAP_BPF = 37,
	CGSWAP_CAUSE_INSIDE_USER_NAMESPACE = 38,
	CGSWAP_CAUSE_DENIED_BY_POLICY = 39,
	CGSWAP_CAUSE_KERNEL_LACKS_FEATURE = 40,
	CGSWAP_CAUSE_KERNEL_LACKS_CGROUP_BPF = 41,
	CGSWAP_CAUSE_UNSAFE_LINK_UPDATE = 42,
	CGSWAP_CAUSE_OBJECT_NOT_FOUND = 43,
	CGSWAP_CAUSE_OBJECT_NOT_ELF = 44,
	CGSWAP_CAUSE_OBJECT_NOT_BPF = 45,
	CGSWAP_CAUSE_OBJECT_HAS_NO_PROGRAM = 46,
	CGSWAP_CAUSE_PROGRAM_NOT_IN_OBJECT = 47,
	CGSWAP_CAUSE_OBJECT_REFUSED = 48,
	CGSWAP_CAUSE_VERIFIER_REFUSED = 49,
	CGSWAP_CAUSE_MAP_CHANGED = 50,
	CGSWAP_CAUSE_MAP_DROPPED = 51,
	CGSWAP_CAUSE_TRANSACTION_BUSY = 52,
	CGSWAP_CAUSE_BPFFS_NOT_MOUNTED = 53,
	CGSWAP_CAUSE_JOURNAL_UNWRITABLE = 54,
	CGSWAP_CAUSE_JOURNAL_DAMAGED = 55,
	CGSWAP_CAUSE_VERIFY_FAILED = 56,
	CGSWAP_CAUSE_HEALTH_CHECK_FAILED = 57,
	CGSWAP_CAUSE_CANCELLED = 58,
	CGSWAP_CAUSE_ROLLBACK_INCOMPLETE = 59,
	CGSWAP_CAUSE_OUT_OF_MEMORY = 60,
	CGSWAP_CAUSE_TOO_MANY_FILES = 61,
	CGSWAP_CAUSE_ATTRIBUTE_SIZE = 62,
	CGSWAP_CAUSE_UNEXPLAINED = 63,
	CGSWAP_CAUSE_HANDLE_IN_USE = 64,
	CGSWAP_CAUSE_PIN_EXISTS = 65,
	CGSWAP_CAUSE_PIN_FAILED = 66,
	CGSWAP_CAUSE_ORDERING_UNSUPPORTED = 67,
	CGSWAP_CAUSE_DRAIN_UNAVAILABLE = 68
};

/** How the programs of one chain were attached; a chain has one mode. Since 0.1. */
enum cgswap_mode {
	CGSWAP_MODE_DEFAULT = 0,  /**< in options: multi; of a chain: empty or not read */
	CGSWAP_MODE_MULTI = 1,    /**< BPF_F_ALLOW_MULTI: many programs, all of them run */
	CGSWAP_MODE_OVERRIDE = 2, /**< BPF_F_ALLOW_OVERRIDE: one, which a descendant may override */
	CGSWAP_MODE_NONE = 3      /**< no flag: one, and no descendant may attach any */
};

/** Whether a program runs before those of descendant cgroups (BPF_F_PREORDER). Since 0.1. */
enum cgswap_preorder {
	CGSWAP_PREORDER_DEFAULT = 0, /**< attach: no; replace: as the entry is; of an entry: not known */
	CGSWAP_PREORDER_NO = 1,
	CGSWAP_PREORDER_YES = 2
};

/** What a kernel can do; `cgswap features` tells how we know. Since 0.1. */
enum cgswap_feature {
	CGSWAP_FEATURE_MULTI = 1,             /**< BPF_F_ALLOW_MULTI and PROG_QUERY */
	CGSWAP_FEATURE_REPLACE = 2,           /**< BPF_F_REPLACE */
	CGSWAP_FEATURE_LINK = 3,              /**< cgroup links, LINK_UPDATE */
	CGSWAP_FEATURE_LINK_ID = 4,           /**< links have ids and can be listed */
	CGSWAP_FEATURE_LINK_DETACH = 5,       /**< LINK_DETACH */
	CGSWAP_FEATURE_LSM_CGROUP = 6,        /**< BPF_LSM_CGROUP, per-program flags in PROG_QUERY */
	CGSWAP_FEATURE_UNIX_SOCKET_HOOKS = 7, /**< attach types for unix sockets */
	CGSWAP_FEATURE_PREORDER = 8,          /**< BPF_F_PREORDER */
	CGSWAP_FEATURE_ORDERING = 9,          /**< BPF_F_BEFORE, AFTER, ID, LINK */
	CGSWAP_FEATURE_EXPECTED_REVISION = 10, /**< a change can be bound to a revision */
	CGSWAP_FEATURE_REVISION = 11,         /**< PROG_QUERY tells the revision */
	CGSWAP_FEATURE_LINK_UPDATE_ORDER = 12 /**< LINK_UPDATE is right among preorder entries */
};

/** Where in the list a program is attached, if not beside another. Since 0.1. */
enum cgswap_position {
	CGSWAP_POSITION_DEFAULT = 0, /**< last */
	CGSWAP_POSITION_FIRST = 1,
	CGSWAP_POSITION_LAST = 2
};

/** What becomes of the maps of an old program when an object's takes its place. Since 0.1. */
enum cgswap_map_policy {
	CGSWAP_MAPS_DEFAULT = 0, /**< keep */
	CGSWAP_MAPS_REUSE = 1,    /**< those that fit are used on, with what is in them */
	CGSWAP_MAPS_NEW = 2,     /**< all are made anew */
	CGSWAP_MAPS_REQUIRE = 3  /**< as keep, and refused if one of the old program's is not used on */
};

/** What a swap was held to while the kernel made it. Since 0.1. */
enum cgswap_guard {
	CGSWAP_GUARD_NOT_DONE = 0, /**< the step was not done */
	CGSWAP_GUARD_NONE = 1,     /**< nothing: whatever stood there was overwritten */
	CGSWAP_GUARD_PROGRAM = 2,  /**< the kernel did it only if the old program stood there */
	CGSWAP_GUARD_REVISION = 3  /**< the kernel did it only if nothing in the chain had changed */
};

/** What one step of a replace has come to. Since 0.1. */
enum cgswap_step_state {
	CGSWAP_STEP_PLANNED = 1, /**< added, nothing done */
	CGSWAP_STEP_DONE = 2,    /**< the new program stands in the old one's place */
	CGSWAP_STEP_UNDONE = 3,  /**< the old program was put back */
	CGSWAP_STEP_FAILED = 4   /**< refused, or could not be put back: see its cause */
};

/** Parts of a description, to be or'ed together. Since 0.1. */
enum cgswap_describe {
	CGSWAP_DESCRIBE_PROGRAMS = 1, /**< names, tags, types, maps, times */
	CGSWAP_DESCRIBE_LINKS = 2,    /**< which link holds which entry */
	CGSWAP_DESCRIBE_PREORDER = 4, /**< preorder, as far as a look tells it */
	CGSWAP_DESCRIBE_METADATA = 8, /**< what they say of themselves (bpf_metadata_*); PROGRAMS too */
	CGSWAP_DESCRIBE_ALL = 15
};

/** How much a line of the log matters. Since 0.1. */
enum cgswap_log_level {
	CGSWAP_LOG_WARNING = 1,
	CGSWAP_LOG_INFO = 2,
	CGSWAP_LOG_DEBUG = 3
};

typedef struct cgswap_session cgswap_session; /**< where we stand: kernel, features, mounts, log */
typedef struct cgswap_chain cgswap_chain;     /**< the programs of one cgroup and attach type */
typedef struct cgswap_program cgswap_program; /**< one loaded program */
typedef struct cgswap_replace cgswap_replace; /**< a transaction of one or many swaps */
typedef struct cgswap_entry cgswap_entry;     /**< one place of a chain's snapshot */
typedef struct cgswap_step cgswap_step;       /**< one swap of a replace */
typedef struct cgswap_object cgswap_object;   /**< an object file, read and not loaded */
typedef struct cgswap_error cgswap_error;     /**< why a call was refused */

/** Takes one line of the log, without its newline; level is an enum cgswap_log_level. */
typedef void (*cgswap_log_fn)(int level, const char *line, void *user);
/** Frees what a stored callback was given as user. */
typedef void (*cgswap_destroy_fn)(void *user);
/** Takes one cgroup's path; a return other than 0 ends the walk. */
typedef int (*cgswap_cgroup_fn)(const char *cgroup, void *user);
/** Called before each step (done of total are done); a return other than 0 asks to stop. */
typedef int (*cgswap_progress_fn)(size_t done, size_t total, void *user);

/**
 * @brief The library's version, "MAJOR.MINOR.PATCH".
 * @return A constant string. Since 0.1.
 */
CGSWAP_API const char *cgswap_version(void);

/**
 * @brief The library's ABI, for those who bind it without this header: C declarations of its enums
 *        (each constant with its number), opaque types, callbacks, option structs and functions.
 *        ffi.cdef() of LuaJIT and FFI.cdef() of Python's cffi take the text as it is; a C compiler
 *        needs stdbool.h, stddef.h and stdint.h before it.
 * @return A constant string of many lines. Since 0.1.
 */
CGSWAP_API const char *cgswap_abi_describe(void);

/* ---- errors ------------------------------------------------------------------------------ */

/**
 * @brief This thread's last error: that of its last call that returns a status.
 * @return Never NULL. Owned by the thread, and overwritten by its next call that returns a
 *         status; cgswap_error_dup() keeps one. Since 0.1.
 */
CGSWAP_API const cgswap_error *cgswap_last_error(void);

/**
 * @brief Copies this thread's last error, to keep it or to carry it to another thread.
 * @return Owned by the caller: cgswap_error_free(). NULL when memory ran out. Since 0.1.
 */
CGSWAP_API cgswap_error *cgswap_error_dup(void);

/** @brief Frees a copy made by cgswap_error_dup(); NULL is fine. Since 0.1. */
CGSWAP_API void cgswap_error_free(cgswap_error *error);

/** @brief The status; CGSWAP_OK for no error or NULL. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_error_get_status(const cgswap_error *error);
/** @brief The cause; CGSWAP_CAUSE_NONE for no error or NULL. Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_error_get_cause(const cgswap_error *error);
/** @brief The system's errno, or 0 where the refusal did not come from the system. Since 0.1. */
CGSWAP_API int cgswap_error_get_errno(const cgswap_error *error);
/** @brief What was being done: "replace", "attach", "open" ... Owned by the error. Since 0.1. */
CGSWAP_API const char *cgswap_error_get_operation(const cgswap_error *error);
/** @brief One line: what was wanted and what was found. Owned by the error. Since 0.1. */
CGSWAP_API const char *cgswap_error_get_message(const cgswap_error *error);
/** @brief One line: what to do. Owned by the error. Since 0.1. */
CGSWAP_API const char *cgswap_error_get_remedy(const cgswap_error *error);
/** @brief The log of libbpf or the verifier, of many lines, or "". Owned by the error. Since 0.1. */
CGSWAP_API const char *cgswap_error_get_log(const cgswap_error *error);

/** @brief A status by its name ("not_attached"); "" for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_status_get_name(enum cgswap_status status);
/** @brief A mode by its name ("multi"); "" for DEFAULT and for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_mode_get_name(enum cgswap_mode mode);
/** @brief A preorder flag by its name ("yes"); "" for DEFAULT and for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_preorder_get_name(enum cgswap_preorder preorder);
/** @brief A position by its name ("first"); "" for DEFAULT and for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_position_get_name(enum cgswap_position position);
/** @brief A map policy by its name ("reuse"); "" for DEFAULT and for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_map_policy_get_name(enum cgswap_map_policy policy);
/** @brief A guard by its name ("revision"); "" for NOT_DONE and for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_guard_get_name(enum cgswap_guard guard);
/** @brief The state of a step by its name ("done"); "" for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_step_state_get_name(enum cgswap_step_state state);
/** @brief A log level by its name ("warning"); "" for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_log_level_get_name(enum cgswap_log_level level);
/** @brief An errno by its name ("EINVAL"); "" for one that the kernel does not give here. Since 0.1. */
CGSWAP_API const char *cgswap_errno_get_name(int errnum);

/** @brief How many causes there are, CGSWAP_CAUSE_NONE not counted. Since 0.1. */
CGSWAP_API size_t cgswap_cause_get_count(void);
/** @brief The cause at an index below cgswap_cause_get_count(); else NONE. Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_cause_get_at(size_t index);
/** @brief The cause of this name ("not_attached"); NONE when there is no such. Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_cause_get_by_name(const char *name);
/** @brief A cause's name, in lower case; "" for NONE. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_name(enum cgswap_cause cause);
/** @brief The status that goes with a cause. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_cause_get_status(enum cgswap_cause cause);
/** @brief The errnos behind which it hides, separated by blanks; "" for none. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_errnos(enum cgswap_cause cause);
/** @brief What the cause means, in a sentence. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_meaning(enum cgswap_cause cause);
/** @brief What to do about it, in a sentence. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_remedy(enum cgswap_cause cause);
/** @brief An example in two lines: a command (after "$ ") or a call, and its answer. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_example(enum cgswap_cause cause);

/* ---- attach types ------------------------------------------------------------------------ */

/** @brief How many attach types of cgroups the library knows. Since 0.1. */
CGSWAP_API size_t cgswap_attach_type_get_count(void);
/** @brief The full name ("cgroup_inet_egress") at an index; "" past the end. Since 0.1. */
CGSWAP_API const char *cgswap_attach_type_get_name(size_t index);
/** @brief The short name ("egress") at an index; "" past the end. Since 0.1. */
CGSWAP_API const char *cgswap_attach_type_get_short_name(size_t index);

/* ---- session ----------------------------------------------------------------------------- */

/**
 * Options of a session. The modelled kernel has a small made-up tree, which lives and dies with the
 * session; features that are off it really lacks. Its descriptors are numbers of its own: they are
 * not the process's, and not for close(). Since 0.1.
 */
struct cgswap_session_opts {
	size_t sz;
	const char *kernel;       /**< "live" (NULL: that one), or "model" */
	const char *cgroup_root;  /**< the cgroup2 mount (NULL: the first one mounted) */
	const char *bpffs;        /**< the bpffs mount (NULL: the first one mounted) */
	const char *disable_features; /**< features to do without, by name, separated by commas */
};

/**
 * @brief Opens a session.
 * @param out  the session, owned by the caller: cgswap_session_close() and _unref().
 * @param opts may be NULL.
 * @return CGSWAP_OK, or: cgroup_not_found, cgroup_v1, not_a_cgroup (cgroup_root);
 *         bpffs_not_mounted (bpffs). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_open(cgswap_session **out,
						  const struct cgswap_session_opts *opts);
/** @brief One reference more. @return the same session, NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_session *cgswap_session_ref(cgswap_session *session);
/** @brief One reference less; the last one closes and frees. NULL is fine. Since 0.1. */
CGSWAP_API void cgswap_session_unref(cgswap_session *session);
/**
 * @brief Closes the session and all that was opened from it. A second close is fine.
 * @return CGSWAP_OK, or handle_in_use while a call on any of them runs. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_close(cgswap_session *session);
/**
 * @brief Whether the session's kernel has a feature; probed once. Nothing that is attached is
 *        touched (link_update_order is tried in a scratch cgroup, where one may be made).
 * @param out set to the answer; false also where it cannot be asked.
 * @return CGSWAP_OK, or: missing_cap_net_admin, cgroup_unreachable (no cgroup2 is mounted): it
 *         could not be asked. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_has(cgswap_session *session,
						 enum cgswap_feature feature, bool *out);
/**
 * @brief Whether the session's kernel knows an attach type.
 * @param attach_type full or short name.
 * @param out         set to the answer.
 * @return CGSWAP_OK, or: attach_type_unknown for what is no name of any. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_has_attach_type(cgswap_session *session,
							     const char *attach_type, bool *out);
/** @brief What the probe of a feature asked and what the kernel said. Owned by the session. Since 0.1. */
CGSWAP_API const char *cgswap_session_get_probe(cgswap_session *session, enum cgswap_feature feature);
/** @brief "live", or the name of the modelled kernel. Owned by the session. Since 0.1. */
CGSWAP_API const char *cgswap_session_get_kernel(const cgswap_session *session);
/** @brief The cgroup2 mount, or "" when there is none. Owned by the session. Since 0.1. */
CGSWAP_API const char *cgswap_session_get_cgroup_root(const cgswap_session *session);
/** @brief The bpffs mount, or "" when there is none. Owned by the session. Since 0.1. */
CGSWAP_API const char *cgswap_session_get_bpffs(const cgswap_session *session);
/**
 * @brief Sets where the session's log goes; before that it goes nowhere.
 * @param fn      called with each line, in the thread of the call that logs; NULL: nowhere.
 * @param user    handed to fn.
 * @param destroy called with user when fn is no longer needed; may be NULL.
 * @return CGSWAP_OK, or what any call can give. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_set_log(cgswap_session *session, cgswap_log_fn fn,
						     void *user, cgswap_destroy_fn destroy);
/**
 * @brief Visits a cgroup and all below it: parents first, siblings by name.
 * @param cgroup as for cgswap_chain_open(); NULL: the cgroup2 mount.
 * @param fn     called with each absolute path; it may use the session's objects.
 * @param user   handed to fn.
 * @return CGSWAP_OK, or: cancelled (fn did not return 0); cgroup_not_found, cgroup_v1,
 *         not_a_cgroup, cgroup_gone, cgroup_unreachable, bad_descriptor. A cgroup that vanishes
 *         meanwhile, or that this process may not open, is passed over. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_walk(cgswap_session *session, const char *cgroup,
						  cgswap_cgroup_fn fn, void *user);

/** @brief How many features the library knows; they are numbered from 1. Since 0.1. */
CGSWAP_API size_t cgswap_feature_get_count(void);
/** @brief A feature's name ("expected_revision"); "" for a number that is none. Since 0.1. */
CGSWAP_API const char *cgswap_feature_get_name(enum cgswap_feature feature);
/** @brief The mainline kernel that brought a feature ("5.6"); "" for none. Since 0.1. */
CGSWAP_API const char *cgswap_feature_get_kernel(enum cgswap_feature feature);

/* ---- program ----------------------------------------------------------------------------- */

/** Options of cgswap_program_open(). Since 0.1. */
struct cgswap_program_opts {
	size_t sz;
	const char *attach_type; /**< the hook an object's program is chosen and loaded for */
	const char *reuse_maps_of;     /**< the loaded program whose maps an object's uses on: pin:, id:, fd: */
	enum cgswap_map_policy maps; /**< with reuse_maps_of: what of its maps */
	uint32_t reserved;       /**< 0 */
};

/**
 * @brief Opens a program.
 * @param out    the program, owned by the caller: cgswap_program_close() and _unref().
 * @param source obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N; bare: *.o is obj:, what holds a
 *               slash pin:, digits id:. An object is loaded, with fresh maps unless it is an heir.
 *               Maps that it wants pinned by their names (LIBBPF_PIN_BY_NAME) are used from there if
 *               they are pinned. Otherwise they are pinned when the program is first attached, by
 *               an attach or a commit, or its descriptor is handed out.
 * @param opts   may be NULL; without attach_type an object must say its hook by itself.
 * @return CGSWAP_OK, or: attach_type_unknown; bad_descriptor, not_a_program; program_not_found,
 *         pin_not_found; object_not_found, object_not_elf, object_not_bpf,
 *         object_has_no_program, program_not_in_object, source_ambiguous,
 *         expected_attach_type_mismatch, program_type_mismatch, object_refused,
 *         verifier_refused; map_changed, map_dropped (reuse_maps_of); bpffs_not_mounted, pin_exists,
 *         pin_failed (maps that are pinned by their names); missing_cap_bpf,
 *         missing_cap_sys_admin. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_program_open(cgswap_program **out, cgswap_session *session,
						  const char *source,
						  const struct cgswap_program_opts *opts);
/** @brief One reference more. @return the same program, NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_program *cgswap_program_ref(cgswap_program *program);
/** @brief One reference less; the last one closes and frees. NULL is fine. Since 0.1. */
CGSWAP_API void cgswap_program_unref(cgswap_program *program);
/** @brief Lets the program go; what is attached stays attached. A second close is fine. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_program_close(cgswap_program *program);
/** @brief The kernel's id of the program. Since 0.1. */
CGSWAP_API uint32_t cgswap_program_get_id(const cgswap_program *program);
/** @brief Its name; the full one where BTF tells it. Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_name(const cgswap_program *program);
/** @brief Its tag, 16 hexadecimal digits. Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_tag(const cgswap_program *program);
/** @brief Its type ("cgroup_skb"). Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_type(const cgswap_program *program);
/** @brief Its descriptor, owned by the program; -1 for NULL or closed, or if a map cannot be pinned by
 *         its name (see cgswap_program_open(); the last error says why). Since 0.1. */
CGSWAP_API int cgswap_program_get_fd(const cgswap_program *program);
/** @brief How many maps it uses. Since 0.1. */
CGSWAP_API size_t cgswap_program_get_map_count(const cgswap_program *program);
/** @brief The id of one of its maps; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_program_get_map_id(const cgswap_program *program, size_t index);
/** @brief The name of one: the object's where it was loaded from one; else the kernel's, or "" where
 *         that may not be asked. Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_map_name(const cgswap_program *program, size_t index);
/** @brief Whether it is one of reuse_maps_of's, with what is in it. Since 0.1. */
CGSWAP_API bool cgswap_program_get_map_kept(const cgswap_program *program, size_t index);
/** @brief Why it was kept, or not, in a few words; "" past the end. Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_map_reason(const cgswap_program *program, size_t index);

/* ---- object ------------------------------------------------------------------------------ */

/**
 * @brief Reads an object file, without loading anything: this needs no privilege.
 * @param out  the object, owned by the caller: cgswap_object_close() and _unref().
 * @param path the file.
 * @return CGSWAP_OK, or: object_not_found, denied_by_policy (file permissions), object_not_elf,
 *         object_not_bpf, object_has_no_program, object_refused. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_object_open(cgswap_object **out, cgswap_session *session,
						 const char *path);
/** @brief One reference more. @return the same object, NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_object *cgswap_object_ref(cgswap_object *object);
/** @brief One reference less; the last one closes and frees. NULL is fine. Since 0.1. */
CGSWAP_API void cgswap_object_unref(cgswap_object *object);
/** @brief Lets the object go. A second close is fine. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_object_close(cgswap_object *object);
/** @brief Its license ("Dual BSD/GPL"), or "" where it has none. Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_license(const cgswap_object *object);
/** @brief How many programs it has. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_program_count(const cgswap_object *object);
/** @brief The name of one of its programs; "" past the end. Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_program_name(const cgswap_object *object, size_t index);
/** @brief The section that it stands in ("cgroup_skb/egress"). Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_program_section(const cgswap_object *object, size_t index);
/** @brief Its type ("cgroup_skb"); "" where the section does not say it. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_program_type(const cgswap_object *object, size_t index);
/** @brief Its hook ("cgroup_inet_egress"); "" where the section does not say it. A constant.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_object_get_program_attach_type(const cgswap_object *object,
							     size_t index);
/** @brief How many instructions of 8 bytes it has. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_program_length(const cgswap_object *object, size_t index);
/** @brief How many maps it has, those of globals included. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_map_count(const cgswap_object *object);
/** @brief The name of one of its maps; "" past the end. Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_map_name(const cgswap_object *object, size_t index);
/** @brief Its type ("hash", "percpu_array" ...); "" for one we have no name for. A constant.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_object_get_map_type(const cgswap_object *object, size_t index);
/** @brief The size of a key, in bytes. Since 0.1. */
CGSWAP_API uint32_t cgswap_object_get_map_key_size(const cgswap_object *object, size_t index);
/** @brief The size of a value, in bytes. Since 0.1. */
CGSWAP_API uint32_t cgswap_object_get_map_value_size(const cgswap_object *object, size_t index);
/** @brief How many entries it has room for; 0: settled when it is loaded. Since 0.1. */
CGSWAP_API uint32_t cgswap_object_get_map_max_entries(const cgswap_object *object, size_t index);
/** @brief How many bpf_metadata_ variables it has. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_metadata_count(const cgswap_object *object);
/** @brief The name of one, without bpf_metadata_; "" past the end. Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_metadata_name(const cgswap_object *object, size_t index);
/** @brief What it says, as text; "" past the end. Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_metadata_value(const cgswap_object *object, size_t index);

/* ---- chain ------------------------------------------------------------------------------- */

/** Options of cgswap_chain_attach(). Since 0.1. */
struct cgswap_attach_opts {
	size_t sz;
	uint64_t expected_revision;   /**< attach only at this revision; 0: at any */
	uint64_t expected_cgroup_id;  /**< attach only in this cgroup; 0: whichever is open */
	const char *before;           /**< the entry, a selector, before which it goes */
	const char *after;            /**< the entry after which it goes */
	const char *pin;              /**< a path in bpffs to pin the link at, or without link the program */
	int *link_fd;                 /**< by a link, set to its descriptor, the caller's; -1 if refused */
	enum cgswap_mode mode;        /**< DEFAULT: multi */
	enum cgswap_preorder preorder; /**< DEFAULT: no */
	enum cgswap_position position;      /**< DEFAULT: last, or as before or after say */
	uint32_t link;                /**< not 0: by a link, which lives by pin or link_fd */
	uint32_t dry_run;             /**< not 0: only say whether it would be done */
	uint32_t reserved;            /**< 0 */
};

/** Options of cgswap_chain_detach(). Since 0.1. */
struct cgswap_detach_opts {
	size_t sz;
	uint64_t expected_revision;  /**< detach only at this revision; 0: at any */
	uint64_t expected_cgroup_id; /**< detach only in this cgroup; 0: whichever is open */
	uint32_t dry_run;           /**< not 0: only say whether it would be done */
	uint32_t reserved;          /**< 0 */
};

/**
 * @brief Opens the chain of one cgroup and one attach type, and reads it once.
 * @param out         the chain, owned by the caller: cgswap_chain_close() and _unref().
 * @param cgroup      a path, absolute or below the cgroup2 mount, or fd:N.
 * @param attach_type full or short name ("cgroup_inet_egress", "egress").
 * @return CGSWAP_OK (also where the privilege to read is missing: the chain is unread then), or:
 *         cgroup_not_found, cgroup_v1, not_a_cgroup, cgroup_gone, cgroup_unreachable,
 *         bad_descriptor, attach_type_unknown. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_open(cgswap_chain **out, cgswap_session *session,
						const char *cgroup, const char *attach_type);
/** @brief One reference more. @return the same chain, NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_chain *cgswap_chain_ref(cgswap_chain *chain);
/** @brief One reference less; the last one closes and frees. NULL is fine. Since 0.1. */
CGSWAP_API void cgswap_chain_unref(cgswap_chain *chain);
/** @brief Lets the chain go; what is attached stays attached. A second close is fine. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_chain_close(cgswap_chain *chain);
/**
 * @brief Takes a new snapshot: ids, mode, revision. Entries got before are no longer valid.
 * @return CGSWAP_OK, or: cgroup_gone, missing_cap_net_admin, attach_type_unknown. The old
 *         snapshot stays on failure. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_read(cgswap_chain *chain);
/**
 * @brief Fetches what the snapshot's entries are, once for each part and snapshot. A chain that was
 *        not read is read first.
 * @param what enum cgswap_describe, or'ed. A program that vanished meanwhile stays nameless.
 * @return CGSWAP_OK, or: missing_cap_sys_admin; kernel_lacks_feature (LINKS before 5.8); and as
 *         cgswap_chain_read(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_describe(cgswap_chain *chain, unsigned what);
/**
 * @brief Reads which programs run for a process in this cgroup, ancestors' included, in order.
 * @return as cgswap_chain_read(); what was read before stays on failure. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_read_effective(cgswap_chain *chain);
/** @brief How many effective programs were read. Since 0.1. */
CGSWAP_API size_t cgswap_chain_get_effective_length(const cgswap_chain *chain);
/** @brief The id of an effective program, in the order they run; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_chain_get_effective_id(const cgswap_chain *chain, size_t index);
/** @brief The cgroup's absolute path. Owned by the chain. Since 0.1. */
CGSWAP_API const char *cgswap_chain_get_cgroup(const cgswap_chain *chain);
/** @brief The cgroup's id; a recreated cgroup has another. Since 0.1. */
CGSWAP_API uint64_t cgswap_chain_get_cgroup_id(const cgswap_chain *chain);
/** @brief The attach type's full name. Since 0.1. */
CGSWAP_API const char *cgswap_chain_get_attach_type(const cgswap_chain *chain);
/** @brief The snapshot's mode; DEFAULT when the chain is empty or was not read. Since 0.1. */
CGSWAP_API enum cgswap_mode cgswap_chain_get_mode(const cgswap_chain *chain);
/** @brief The snapshot's revision; 0: this kernel has none. Since 0.1. */
CGSWAP_API uint64_t cgswap_chain_get_revision(const cgswap_chain *chain);
/** @brief How many entries the snapshot has. Since 0.1. */
CGSWAP_API size_t cgswap_chain_get_length(const cgswap_chain *chain);
/**
 * @brief The entry at a position (0 is the first of the list); NULL past the end.
 * @return Owned by the chain; valid until it is read again, changed through it, or freed. Since 0.1.
 */
CGSWAP_API const cgswap_entry *cgswap_chain_get_entry(const cgswap_chain *chain, size_t position);
/**
 * @brief Finds the one entry that a selector names, in the snapshot.
 * @param selector id:N, name:NAME, tag:HEX, pin:PATH, link:N, pos:N or fd:N; bare: digits are
 *                 id:, what holds a slash is pin:, the rest name:.
 * @param position set to the entry's position; 0 on failure.
 * @return CGSWAP_OK, or: not_attached, chain_empty, attached_at_ancestor, selector_ambiguous,
 *         pin_not_found, not_a_program, not_a_link, link_detached, bad_descriptor,
 *         kernel_lacks_feature (link:), and as cgswap_chain_describe(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_find(cgswap_chain *chain, const char *selector,
						size_t *position);
/**
 * @brief Attaches a program to the chain, at its end or where opts say (override and none mode:
 *        over what is there), plainly or by a link, and reads the chain anew.
 * @param opts may be NULL: in multi mode, plainly, last. With dry_run nothing is changed, and the
 *             answer is the one that the call without it would give, cause and message alike.
 * @return CGSWAP_OK, or: already_attached, chain_full, own_mode_conflict, ancestor_exclusive,
 *         program_type_mismatch, expected_attach_type_mismatch, revision_changed, lost_race,
 *         cgroup_gone, missing_cap_net_admin, kernel_lacks_feature, attach_type_unknown (the
 *         kernel's, or BPF_LSM_CGROUP), mode_flags_conflict, attribute_size; position_conflict,
 *         anchor_not_attached, anchor_kind_mismatch, ordering_unsupported, cgroup_unreachable and as
 *         cgswap_chain_find() (place, before, after); bpffs_not_mounted, pin_exists, pin_failed
 *         (pin). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_attach(cgswap_chain *chain, cgswap_program *program,
						  const struct cgswap_attach_opts *opts);
/**
 * @brief Takes one entry off the chain, through its link where one holds it, and reads the chain
 *        anew. A link stays as it is but for that, and so does its pin.
 * @param selector as for cgswap_chain_find(); looked up in a new snapshot.
 * @param opts     may be NULL; dry_run as for cgswap_chain_attach(). The kernel takes no revision
 *                 for a link: expected_revision is compared just before.
 * @return CGSWAP_OK, or: as cgswap_chain_find(); held_by_link (where links cannot be opened),
 *         revision_changed, lost_race, program_type_mismatch, cgroup_gone, missing_cap_net_admin,
 *         kernel_lacks_feature, attach_type_unknown (BPF_LSM_CGROUP). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_detach(cgswap_chain *chain, const char *selector,
						  const struct cgswap_detach_opts *opts);

/** @brief The entry's place in the list, from 0. Since 0.1. */
CGSWAP_API size_t cgswap_entry_get_position(const cgswap_entry *entry);
/** @brief The program's id. Since 0.1. */
CGSWAP_API uint32_t cgswap_entry_get_id(const cgswap_entry *entry);
/** @brief The program's name; "" until described (PROGRAMS). Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_name(const cgswap_entry *entry);
/** @brief The program's tag, 16 hexadecimal digits; "" until described (PROGRAMS). Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_tag(const cgswap_entry *entry);
/** @brief The program's type ("cgroup_skb"); "" until described (PROGRAMS). Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_type(const cgswap_entry *entry);
/** @brief The link that holds it; 0: none, or not described (LINKS). Since 0.1. */
CGSWAP_API uint32_t cgswap_entry_get_link_id(const cgswap_entry *entry);
/** @brief Whether it is preorder; DEFAULT: not known, or not described (PREORDER). Since 0.1. */
CGSWAP_API enum cgswap_preorder cgswap_entry_get_preorder(const cgswap_entry *entry);
/** @brief When it was loaded, in seconds since 1970; 0 until described (PROGRAMS). Since 0.1. */
CGSWAP_API int64_t cgswap_entry_get_loaded_at(const cgswap_entry *entry);
/** @brief Who loaded it, a user id; 0 until described (PROGRAMS). Since 0.1. */
CGSWAP_API uint32_t cgswap_entry_get_uid(const cgswap_entry *entry);
/** @brief How many maps it uses; 0 until described (PROGRAMS). Since 0.1. */
CGSWAP_API size_t cgswap_entry_get_map_count(const cgswap_entry *entry);
/** @brief The id of one of its maps; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_entry_get_map_id(const cgswap_entry *entry, size_t index);
/** @brief How often it ran, where the kernel counts (kernel.bpf_stats_enabled); 0 until described
 *         (PROGRAMS). Since 0.1. */
CGSWAP_API uint64_t cgswap_entry_get_run_count(const cgswap_entry *entry);
/** @brief How long it ran in all, in nanoseconds, where the kernel counts; 0 until described
 *         (PROGRAMS). Since 0.1. */
CGSWAP_API uint64_t cgswap_entry_get_run_time_ns(const cgswap_entry *entry);
/** @brief How many bpf_metadata_ variables it has; 0 until described (METADATA). Since 0.1. */
CGSWAP_API size_t cgswap_entry_get_metadata_count(const cgswap_entry *entry);
/** @brief The name of one, without bpf_metadata_; "" past the end. Owned by the chain, as all that an
 *         entry tells. Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_metadata_name(const cgswap_entry *entry, size_t index);
/** @brief What it says, as text; "" past the end. Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_metadata_value(const cgswap_entry *entry, size_t index);

/* ---- replace ----------------------------------------------------------------------------- */

/** Whether a commit looks at the chain afterwards. Since 0.1. */
enum cgswap_verify {
	CGSWAP_VERIFY_DEFAULT = 0, /**< on */
	CGSWAP_VERIFY_ON = 1,
	CGSWAP_VERIFY_OFF = 2
};

/** Options of cgswap_replace_new(). Since 0.1. */
struct cgswap_replace_opts {
	size_t sz;
	enum cgswap_verify verify;
	int32_t retries; /**< how often a step looks again when the chain moved; 0: 3; -1: never */
};

/** Options of cgswap_replace_add() and cgswap_replace_add_source(). Since 0.1. */
struct cgswap_step_opts {
	size_t sz;
	const char *pin;               /**< a path in bpffs for the new program, free or the old one's */
	uint64_t expected_revision;    /**< replace only at this revision; 0: at any */
	uint64_t expected_cgroup_id;   /**< replace only in this cgroup; 0: whichever is open */
	enum cgswap_preorder preorder; /**< DEFAULT: as the entry is */
	enum cgswap_map_policy maps;       /**< for sources: what of the old program's maps */
	uint32_t allow_unguarded;            /**< not 0: in none and override mode do without revisions */
	uint32_t reserved;             /**< 0 */
};

/** Options of cgswap_replace_commit(). Since 0.1. */
struct cgswap_commit_opts {
	size_t sz;
	cgswap_progress_fn progress; /**< called before each step; may be NULL */
	void *user;                  /**< handed to progress */
};

/**
 * @brief Makes a transaction without steps.
 * @param out  the replace, owned by the caller: cgswap_replace_close() and _unref().
 * @param opts may be NULL.
 * @return CGSWAP_OK, or what any call can give. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_new(cgswap_replace **out, cgswap_session *session,
						 const struct cgswap_replace_opts *opts);
/** @brief One reference more. @return the same replace, NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_replace *cgswap_replace_ref(cgswap_replace *replace);
/** @brief One reference less; the last one closes and frees. NULL is fine. Since 0.1. */
CGSWAP_API void cgswap_replace_unref(cgswap_replace *replace);
/** @brief Forgets the transaction; what was committed stays. A second close is fine. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_replace_close(cgswap_replace *replace);
/**
 * @brief Adds a step, and binds it: entry, link, place, preorder and revision as they are now.
 *        Reads the chain anew. An entry that a link holds is replaced through the link; in none and
 *        override mode the program is overwritten in that mode.
 *
 * Where the chain may not be read, old must be the program itself (fd: or pin:) and preorder be
 * said where the kernel has it; the step is then done without looking, if verify is off.
 * @param old     a selector, as for cgswap_chain_find().
 * @param program what takes its place; may be closed afterwards.
 * @param opts    may be NULL.
 * @return CGSWAP_OK, or: as cgswap_chain_find(); held_by_link (where links cannot be opened),
 *         unsafe_link_update, revision_changed, lost_race, preorder_would_change,
 *         kernel_lacks_feature, attach_type_unknown (BPF_LSM_CGROUP), cgroup_unreachable,
 *         missing_cap_bpf, bpffs_not_mounted, pin_exists, pin_failed; rollback_incomplete (what
 *         was put there for a moment to find out about preorder could not be taken off); where old
 *         is not there, what cgswap_replace_commit() would say before that. The transaction is as
 *         before on failure. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_add(cgswap_replace *replace, cgswap_chain *chain,
						 const char *old, cgswap_program *program,
						 const struct cgswap_step_opts *opts);
/**
 * @brief As cgswap_replace_add(), with the new program as a source, opened for the chain's hook.
 *        An object's program is the heir of the old one; it is loaded once for all steps whose
 *        old programs have the same maps, and programs of one object whose old ones share a map
 *        share its new maps as well.
 * @return as cgswap_replace_add() and cgswap_program_open(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_add_source(cgswap_replace *replace,
							cgswap_chain *chain, const char *old,
							const char *source,
							const struct cgswap_step_opts *opts);
/**
 * @brief Says whether commit would succeed now; changes nothing. Each step keeps its own cause.
 * @return CGSWAP_OK, or the status of the first refusal: what cgswap_replace_commit() gives. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_check(cgswap_replace *replace);
/**
 * @brief Does all steps, or none: on a refusal the steps done before are put back.
 * @param opts may be NULL.
 * @return CGSWAP_OK, or, with nothing changed: already_attached, chain_full, own_mode_conflict,
 *         ancestor_exclusive, program_type_mismatch, expected_attach_type_mismatch, lost_race,
 *         revision_changed, link_changed, link_detached, unsafe_link_update, held_by_link,
 *         preorder_would_change, cgroup_gone, missing_cap_net_admin, missing_cap_bpf,
 *         kernel_lacks_feature, attach_type_unknown, attribute_size, verify_failed,
 *         bpffs_not_mounted, pin_exists, pin_failed, cancelled; and of a step that was added
 *         without looking not_attached, chain_empty, attached_at_ancestor. Or
 *         rollback_incomplete: something stayed changed. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_commit(cgswap_replace *replace,
						    const struct cgswap_commit_opts *opts);
/**
 * @brief Puts the old programs back, last step first, wherever ours still stand; commit may be
 *        called again afterwards.
 * @return CGSWAP_OK, or rollback_incomplete: each step left as it is keeps its cause. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_rollback(cgswap_replace *replace);
/**
 * @brief Waits until no CPU is inside a program that commit took off (or rollback, the new one):
 *        then its state can be copied, its files removed. Takes some milliseconds.
 * @return CGSWAP_OK, or: drain_unavailable. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_drain(cgswap_replace *replace);
/**
 * @brief Asks the commit that is running, or the next one, to stop before its next step and to
 *        put back what it did. From any thread or a signal handler. Since 0.1.
 */
CGSWAP_API void cgswap_replace_cancel(cgswap_replace *replace);
/** @brief How many steps were added. Since 0.1. */
CGSWAP_API size_t cgswap_replace_get_length(const cgswap_replace *replace);
/** @brief One step, from 0; NULL past the end. Owned by the replace, valid until it is closed or
 *         freed. Since 0.1. */
CGSWAP_API const cgswap_step *cgswap_replace_get_step(const cgswap_replace *replace, size_t index);

/** @brief The step's chain. Owned by the step: cgswap_chain_ref() keeps it. Since 0.1. */
CGSWAP_API cgswap_chain *cgswap_step_get_chain(const cgswap_step *step);
/** @brief The place in the chain that the step was bound to. CGSWAP_POSITION_UNKNOWN where the chain
 *         could not be read, and for one program in several places of it, of which a link names
 *         one, until the swap shows which. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_position(const cgswap_step *step);
/** @brief The id of the program to be replaced. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_old_id(const cgswap_step *step);
/** @brief The id of the program that takes its place. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_new_id(const cgswap_step *step);
/** @brief What the step has come to; 0 for NULL. Since 0.1. */
CGSWAP_API enum cgswap_step_state cgswap_step_get_state(const cgswap_step *step);
/** @brief Whether the swap was seen to have taken its place and no other. Since 0.1. */
CGSWAP_API bool cgswap_step_get_verified(const cgswap_step *step);
/** @brief Why the step was refused by the last check, commit or rollback; else NONE. Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_step_get_cause(const cgswap_step *step);
/** @brief The link through which it is done; 0: the entry is a plain one. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_link_id(const cgswap_step *step);
/** @brief What the swap was held to; 0 for NULL or until it is done. Since 0.1. */
CGSWAP_API enum cgswap_guard cgswap_step_get_guard(const cgswap_step *step);
/** @brief The chain's revision right after the swap; 0 where it is not known. Since 0.1. */
CGSWAP_API uint64_t cgswap_step_get_revision(const cgswap_step *step);
/** @brief How many maps the new program uses. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_map_count(const cgswap_step *step);
/** @brief The id of one of the new program's maps; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_map_id(const cgswap_step *step, size_t index);
/** @brief Its name, as cgswap_program_get_map_name() has it; "" past the end. Owned by the step.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_step_get_map_name(const cgswap_step *step, size_t index);
/** @brief Whether the old program uses the very same map, so that its contents live on. Since 0.1. */
CGSWAP_API bool cgswap_step_get_map_kept(const cgswap_step *step, size_t index);
/** @brief Why it was kept, or not, in a few words; "" past the end. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_map_reason(const cgswap_step *step, size_t index);
/** @brief How many maps the old program uses and the new one does not, read-only data not counted:
 *         what is in them is out of the new one's reach. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_dropped_map_count(const cgswap_step *step);
/** @brief The id of one of them, in ascending order; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_dropped_map_id(const cgswap_step *step, size_t index);
/** @brief Its name, the whole one where BTF tells it; "" past the end, and where it may not be asked:
 *         whether it is read-only data is not known then. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_dropped_map_name(const cgswap_step *step, size_t index);

#ifdef __cplusplus
}
#endif

#endif
