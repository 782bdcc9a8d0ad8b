/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file cgswap.h
 * Swaps a live cgroup-BPF program for its next version, in its position in the chain.
 *
 * The sections follow the modules of the library, as in src/README: errors, attach types, session,
 * program, object, chain, find, clean, replace, recover. The types that several of them use are at
 * the top.
 *
 * Conventions of all functions below:
 *
 * - Out parameters come first; they are set to NULL (or 0) on failure.
 * - A function that can fail returns enum cgswap_status: 0, or a negative status. The details
 *   are in the thread's last error (cgswap_last_error()). A getter cannot fail: for NULL or a
 *   closed handle it returns 0, "" or NULL.
 * - Passing NULL or a closed handle is safe: a call that returns a status fails with the cause
 *   bad_argument or handle_closed.
 * - A returned `const char *` is valid as long as the object that returned it. Inputs are copied,
 *   descriptors are duplicated with CLOEXEC.
 * - Freeing a handle never changes what is attached in the kernel.
 * - Calls on a session wait for each other, so many threads may open handles from one session. A
 *   call on the session from inside a callback of such a call fails with handle_in_use. Every other
 *   handle serves one thread at a time: a second thread, or a close from inside the handle's own
 *   callback, gets handle_in_use. Different handles of one session may be used in different
 *   threads.
 * - A callback may drop the caller's last reference to the handle that the call uses: the handle
 *   is freed when the call ends.
 * - Options are passed as a struct whose first field, sz, is its size (sizeof, in bytes). Zero in
 *   any other field means the default. NULL means all defaults.
 * - @return lists the causes specific to the call. In addition, every call can fail with
 *   bad_argument, handle_closed, handle_in_use or out_of_memory; a call that makes system calls
 *   can also fail with too_many_files, denied_by_policy, kernel_lacks_cgroup_bpf or unexplained;
 *   and a call that lists a missing capability can fail with inside_user_namespace instead.
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

/** An unknown position. Since 0.1. */
#define CGSWAP_POSITION_UNKNOWN SIZE_MAX

/** The kind of an error, for callers to branch on. Since 0.1. */
enum cgswap_status {
	CGSWAP_OK = 0,
	CGSWAP_E_ARGUMENT = -1,         /**< the request itself is wrong */
	CGSWAP_E_CLOSED = -2,           /**< the handle was closed */
	CGSWAP_E_NOT_FOUND = -3,        /**< the cgroup, program, pin or file does not exist */
	CGSWAP_E_TYPE_MISMATCH = -4,    /**< it exists, but is of another kind */
	CGSWAP_E_UNSUPPORTED = -5,      /**< this kernel cannot do it */
	CGSWAP_E_NOT_ATTACHED = -6,     /**< the program is not attached there */
	CGSWAP_E_ALREADY_ATTACHED = -7, /**< the program is already in the chain */
	CGSWAP_E_FULL = -8,             /**< the chain has no free position */
	CGSWAP_E_CONFLICT = -9,         /**< the state of the cgroup forbids it */
	CGSWAP_E_STALE = -10,           /**< the state changed since it was read */
	CGSWAP_E_PERMISSION = -11,      /**< a privilege is missing, or a policy denies it */
	CGSWAP_E_INCOMPATIBLE = -12,    /**< the new program does not fit the old one */
	CGSWAP_E_REJECTED = -13,        /**< the object file or program was rejected */
	CGSWAP_E_BUSY = -14,            /**< another thread or transaction uses it */
	CGSWAP_E_SYSTEM = -15,          /**< a system call failed */
	CGSWAP_E_UNHEALTHY = -16,       /**< a cancelled or unhealthy commit was rolled back */
	CGSWAP_E_PARTIAL = -17,         /**< some changes could not be undone */
	CGSWAP_E_NO_MEMORY = -18        /**< out of memory */
};

/** The precise reason for an error. `cgswap explain` describes each. Since 0.1. */
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
	CGSWAP_CAUSE_DRAIN_UNAVAILABLE = 68,
	CGSWAP_CAUSE_LIBBPF_DEGRADED = 69,
	CGSWAP_CAUSE_INTERRUPTED = 70,
	CGSWAP_CAUSE_MAP_REFUSED = 71,
	CGSWAP_CAUSE_ATTACH_TYPE_UNSUPPORTED = 72,
	CGSWAP_CAUSE_CONSTANTS_CHANGED = 73,
	CGSWAP_CAUSE_TRANSACTION_UNFINISHED = 74,
	CGSWAP_CAUSE_UNDO_LOSES_STATE = 75,
	CGSWAP_CAUSE_MISSING_CAP_PERFMON = 76,
	CGSWAP_CAUSE_PIN_LEFT = 77,
	CGSWAP_CAUSE_TAGS_DIFFER = 78,
	CGSWAP_CAUSE_TRANSACTION_SUPERSEDED = 79,
	CGSWAP_CAUSE_TRANSACTION_NOT_HELD = 80
};

/** The mode of a chain: how all its programs were attached. Since 0.1. */
enum cgswap_mode {
	CGSWAP_MODE_DEFAULT = 0,  /**< in options: multi; of a chain: empty or unread */
	CGSWAP_MODE_MULTI = 1,    /**< BPF_F_ALLOW_MULTI: many programs, all of them run */
	CGSWAP_MODE_OVERRIDE = 2, /**< BPF_F_ALLOW_OVERRIDE: one, which descendants may override */
	CGSWAP_MODE_NONE = 3      /**< no flag: one program; descendants cannot attach any */
};

/** BPF_F_PREORDER: the program runs before those of descendant cgroups. Since 0.1. */
enum cgswap_preorder {
	CGSWAP_PREORDER_DEFAULT = 0, /**< attach: no; replace: as the entry; of an entry: unknown */
	CGSWAP_PREORDER_NO = 1,
	CGSWAP_PREORDER_YES = 2
};

/** Kernel features; `cgswap features` lists them with the probe for each. Since 0.1. */
enum cgswap_feature {
	CGSWAP_FEATURE_MULTI = 1,             /**< BPF_F_ALLOW_MULTI and PROG_QUERY */
	CGSWAP_FEATURE_REPLACE = 2,           /**< BPF_F_REPLACE */
	CGSWAP_FEATURE_LINK = 3,              /**< cgroup links, LINK_UPDATE */
	CGSWAP_FEATURE_LINK_ID = 4,           /**< links have ids and can be listed */
	CGSWAP_FEATURE_LINK_DETACH = 5,       /**< LINK_DETACH */
	CGSWAP_FEATURE_LSM_CGROUP = 6,        /**< BPF_LSM_CGROUP, program flags in PROG_QUERY */
	CGSWAP_FEATURE_UNIX_SOCKET_HOOKS = 7, /**< attach types for unix sockets */
	CGSWAP_FEATURE_PREORDER = 8,          /**< BPF_F_PREORDER */
	CGSWAP_FEATURE_ORDERING = 9,          /**< BPF_F_BEFORE, AFTER, ID, LINK */
	CGSWAP_FEATURE_EXPECTED_REVISION = 10, /**< attach and detach take an expected revision */
	CGSWAP_FEATURE_REVISION = 11,         /**< PROG_QUERY returns the revision */
	CGSWAP_FEATURE_LINK_UPDATE_ORDER = 12 /**< LINK_UPDATE is right among preorder entries */
};

/** Position to attach at, without an anchor. Since 0.1. */
enum cgswap_position {
	CGSWAP_POSITION_DEFAULT = 0, /**< last */
	CGSWAP_POSITION_FIRST = 1,
	CGSWAP_POSITION_LAST = 2
};

/** How a program from an object treats the maps of the program it replaces. Since 0.1. */
enum cgswap_map_policy {
	CGSWAP_MAPS_DEFAULT = 0, /**< reuse */
	CGSWAP_MAPS_REUSE = 1,   /**< reuse the maps that fit, with their contents */
	CGSWAP_MAPS_NEW = 2,     /**< create all maps but program arrays that a loader has filled */
	CGSWAP_MAPS_REQUIRE = 3  /**< as reuse, but fail if a map, constant or pin would be left */
};

/** Which value a constant of an object gets where the old program has another one. Since 0.1. */
enum cgswap_constant_policy {
	CGSWAP_CONSTANTS_DEFAULT = 0, /**< neither: fail with constants_changed */
	CGSWAP_CONSTANTS_OLD = 1,     /**< the old program's */
	CGSWAP_CONSTANTS_NEW = 2      /**< the new object's */
};

/** The condition that the kernel checked when it replaced a program. Since 0.1. */
enum cgswap_guard {
	CGSWAP_GUARD_NOT_DONE = 0, /**< the step was not done */
	CGSWAP_GUARD_NONE = 1,     /**< none: the kernel attached, or overwrote any program */
	CGSWAP_GUARD_PROGRAM = 2,  /**< the old program is still attached */
	CGSWAP_GUARD_REVISION = 3  /**< nothing in the chain has changed */
};

/** The state of one step of a replace. Since 0.1. */
enum cgswap_step_state {
	CGSWAP_STEP_PLANNED = 1, /**< added, not done yet */
	CGSWAP_STEP_DONE = 2,    /**< the new program is attached in place of the old one */
	CGSWAP_STEP_UNDONE = 3,  /**< the old program was put back */
	CGSWAP_STEP_FAILED = 4,  /**< failed, or could not be rolled back: see its cause */
	CGSWAP_STEP_GONE = 5     /**< its cgroup was removed, and that is ignored */
};

/** The kinds of events that a commit tells of. Since 0.1. */
enum cgswap_event_kind {
	CGSWAP_EVENT_CHECKED = 1,   /**< a step was checked before the first change */
	CGSWAP_EVENT_STEP = 2,      /**< a step begins */
	CGSWAP_EVENT_DONE = 3,      /**< the step is done */
	CGSWAP_EVENT_REFUSED = 4,   /**< the step failed, in the check or in the commit */
	CGSWAP_EVENT_GONE = 5,      /**< the step's cgroup was removed, and that is ignored */
	CGSWAP_EVENT_WAVE = 6,      /**< a wave is done; it is soaked and checked next */
	CGSWAP_EVENT_HEALTHY = 7,   /**< the health check said yes */
	CGSWAP_EVENT_UNHEALTHY = 8, /**< the health check said no */
	CGSWAP_EVENT_FOUND = 9,     /**< a step was added for a cgroup that came meanwhile */
	CGSWAP_EVENT_UNDONE = 10,   /**< a step was rolled back */
	CGSWAP_EVENT_NOT_UNDONE = 11 /**< a step could not be rolled back */
};

/** How a transaction that was not finished is ended. Since 0.1. */
enum cgswap_recover {
	CGSWAP_RECOVER_LIST = 0,   /**< not at all: only read it */
	CGSWAP_RECOVER_FINISH = 1, /**< replace the old programs that are still attached */
	CGSWAP_RECOVER_UNDO = 2    /**< put back the old programs */
};

/** The state of an entry of an unfinished transaction. Since 0.1. */
enum cgswap_entry_state {
	CGSWAP_ENTRY_OLD = 1,     /**< the old program */
	CGSWAP_ENTRY_NEW = 2,     /**< the new program */
	CGSWAP_ENTRY_CHANGED = 3, /**< neither: another process has changed the entry */
	CGSWAP_ENTRY_GONE = 4     /**< the cgroup was removed */
};

/** Parts of a description; combine them with `|`. Since 0.1. */
enum cgswap_describe {
	CGSWAP_DESCRIBE_PROGRAMS = 1, /**< names, tags, types, maps, times */
	CGSWAP_DESCRIBE_LINKS = 2,    /**< the link of each entry */
	CGSWAP_DESCRIBE_PREORDER = 4, /**< preorder flags, where they can be determined */
	CGSWAP_DESCRIBE_METADATA = 8, /**< bpf_metadata_* variables; includes PROGRAMS */
	CGSWAP_DESCRIBE_ALL = 15
};

/** The severity of a log line. Since 0.1. */
enum cgswap_log_level {
	CGSWAP_LOG_WARNING = 1,
	CGSWAP_LOG_INFO = 2,
	CGSWAP_LOG_DEBUG = 3
};

typedef struct cgswap_session cgswap_session; /**< the context: kernel, features, mounts, log */
typedef struct cgswap_chain cgswap_chain;     /**< the programs of one cgroup and attach type */
typedef struct cgswap_program cgswap_program; /**< one loaded program */
typedef struct cgswap_replace cgswap_replace; /**< a transaction of one or many swaps */
typedef struct cgswap_entry cgswap_entry;     /**< one entry of a chain's snapshot */
typedef struct cgswap_step cgswap_step;       /**< one swap of a replace */
typedef struct cgswap_object cgswap_object;   /**< an object file, and its programs once loaded */
typedef struct cgswap_journal cgswap_journal; /**< the record of a transaction on disk */
typedef struct cgswap_history cgswap_history; /**< the transactions that ended */
typedef struct cgswap_find cgswap_find;       /**< where programs are on this machine */
typedef struct cgswap_clean cgswap_clean;     /**< the remains of killed processes */
typedef struct cgswap_error cgswap_error;     /**< the reason why a call failed */
typedef struct cgswap_event cgswap_event;     /**< one event of a running commit */

/** Receives one log line, without its newline; level is an enum cgswap_log_level. Since 0.1. */
typedef void (*cgswap_log_fn)(int level, const char *line, void *user);
/** Frees the user pointer of a stored callback. Since 0.1. */
typedef void (*cgswap_destroy_fn)(void *user);
/** Receives the absolute path of one cgroup; a nonzero result ends the walk. Since 0.1. */
typedef int (*cgswap_cgroup_fn)(const char *cgroup, void *user);
/** Called before each step, with done of total steps done; a nonzero result cancels. Since 0.1. */
typedef int (*cgswap_progress_fn)(size_t done, size_t total, void *user);
/** Receives an event, valid during the call; a nonzero result cancels. Since 0.1. */
typedef int (*cgswap_event_fn)(const cgswap_event *event, void *user);
/** Called after each wave. A nonzero result means unhealthy: everything is rolled back, and the text
 *  written to said, of size bytes, is in the error. Since 0.1. */
typedef int (*cgswap_health_fn)(char *said, size_t size, const cgswap_event *event, void *user);

/**
 * @brief Returns the library's version, "MAJOR.MINOR.PATCH".
 * @return A constant string. Since 0.1.
 */
CGSWAP_API const char *cgswap_version(void);

/**
 * @brief Returns the library's ABI, for bindings that do not use this header: C declarations of
 *        its enums (each constant with its number), opaque types, callbacks, option structs and
 *        functions. LuaJIT's ffi.cdef() and Python cffi's FFI.cdef() accept the text unchanged; a C
 *        compiler needs stdbool.h, stddef.h and stdint.h before it.
 * @return A constant string of many lines. Since 0.1.
 */
CGSWAP_API const char *cgswap_abi_describe(void);

/* ---- errors ------------------------------------------------------------------------------ */

/**
 * @brief Returns the error of this thread's last call that returns a status.
 * @return Never NULL. Owned by the thread, and overwritten by its next call that returns a
 *         status; cgswap_error_dup() makes a copy. Since 0.1.
 */
CGSWAP_API const cgswap_error *cgswap_last_error(void);

/**
 * @brief Copies this thread's last error, to keep it or to carry it to another thread.
 * @return Owned by the caller: cgswap_error_free(). NULL if out of memory. Since 0.1.
 */
CGSWAP_API cgswap_error *cgswap_error_dup(void);

/** @brief Frees a copy made by cgswap_error_dup(). NULL is allowed. Since 0.1. */
CGSWAP_API void cgswap_error_free(cgswap_error *error);

/** @brief Returns the status; CGSWAP_OK for NULL or without an error. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_error_get_status(const cgswap_error *error);
/** @brief Returns the cause; CGSWAP_CAUSE_NONE for NULL or without an error. Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_error_get_cause(const cgswap_error *error);
/** @brief Returns the errno of the system call that failed, or else one that fits the cause; 0 for
 *         NULL or without an error. Since 0.1. */
CGSWAP_API int cgswap_error_get_errno(const cgswap_error *error);
/** @brief Returns the operation that failed: "replace", "attach", ... Owned by the error. Since
 *         0.1. */
CGSWAP_API const char *cgswap_error_get_operation(const cgswap_error *error);
/** @brief Returns one line that says what was expected and what was found. Owned by the error.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_error_get_message(const cgswap_error *error);
/** @brief Returns one line that says what to do. Owned by the error. Since 0.1. */
CGSWAP_API const char *cgswap_error_get_remedy(const cgswap_error *error);
/** @brief Returns the log of libbpf or the verifier, many lines, or "". Owned by the error. Since
 *         0.1. */
CGSWAP_API const char *cgswap_error_get_log(const cgswap_error *error);

/**
 * @brief Returns the number of details: the names, paths and numbers in the message, so that programs
 *        need not parse it. Since 0.1.
 */
CGSWAP_API size_t cgswap_error_get_detail_count(const cgswap_error *error);
/**
 * @brief Returns the name of a detail: "ancestor", "attach_type", "candidate", "capability",
 *        "certain", "cgroup", "command", "constant", "count", "expected", "feature", "found",
 *        "line", "link_id", "map", "map_id", "new_value", "old_program_id", "old_value", "option",
 *        "path", "pid", "pin", "position", "program_id", "program_name", "section", "selector",
 *        "since", "slot", "source", "step", "total", "transaction" or "variable". A name can come
 *        several times: the first is the one that the message is about, and each "candidate",
 *        "map" and "constant" is one of a list, as are the
 *        "old_value" and "new_value" of each constant.
 * @return A constant string; "" past the last detail. Since 0.1.
 */
CGSWAP_API const char *cgswap_error_get_detail_name(const cgswap_error *error, size_t index);
/** @brief Returns the text of a detail, not shortened. Owned by the error; "" past the last detail.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_error_get_detail_text(const cgswap_error *error, size_t index);
/** @brief Returns the text of a detail as a number; 0 if it is not a decimal number. Since 0.1. */
CGSWAP_API uint64_t cgswap_error_get_detail_number(const cgswap_error *error, size_t index);
/** @brief Returns true if the detail is a number by its kind, and not a name that looks like one.
 *         Since 0.1. */
CGSWAP_API bool cgswap_error_get_detail_is_number(const cgswap_error *error, size_t index);

/** @brief Returns the name of a status ("not_attached"); "" for an unknown number. Since 0.1. */
CGSWAP_API const char *cgswap_status_get_name(enum cgswap_status status);
/** @brief Returns the name of a mode ("multi"); "" for DEFAULT or an unknown number. Since 0.1. */
CGSWAP_API const char *cgswap_mode_get_name(enum cgswap_mode mode);
/** @brief Returns the name of a preorder flag ("yes"); "" for DEFAULT or an unknown number. Since
 *         0.1. */
CGSWAP_API const char *cgswap_preorder_get_name(enum cgswap_preorder preorder);
/** @brief Returns the name of a position ("first"); "" for DEFAULT or an unknown number. Since
 *         0.1. */
CGSWAP_API const char *cgswap_position_get_name(enum cgswap_position position);
/** @brief Returns the name of a map policy ("reuse"); "" for DEFAULT or an unknown number. Since
 *         0.1. */
CGSWAP_API const char *cgswap_map_policy_get_name(enum cgswap_map_policy policy);
/** @brief Returns the name of a constant policy ("old"); "" for DEFAULT or an unknown number. Since
 *         0.1. */
CGSWAP_API const char *cgswap_constant_policy_get_name(enum cgswap_constant_policy policy);
/** @brief Returns the name of a guard ("revision"); "" for NOT_DONE or an unknown number. Since
 *         0.1. */
CGSWAP_API const char *cgswap_guard_get_name(enum cgswap_guard guard);
/** @brief Returns the name of a step's state ("done"); "" for an unknown number. Since 0.1. */
CGSWAP_API const char *cgswap_step_state_get_name(enum cgswap_step_state state);
/** @brief Returns the name of what was found ("old"); "" for an unknown number. Since 0.1. */
CGSWAP_API const char *cgswap_entry_state_get_name(enum cgswap_entry_state state);
/** @brief Returns the name of a kind of events, such as "done"; "" if unknown. Since 0.1. */
CGSWAP_API const char *cgswap_event_kind_get_name(enum cgswap_event_kind kind);
/** @brief Returns the name of a log level ("warning"); "" for an unknown number. Since 0.1. */
CGSWAP_API const char *cgswap_log_level_get_name(enum cgswap_log_level level);
/** @brief Returns the name of an errno ("EINVAL"); "" for one that the library does not know. Since
 *         0.1. */
CGSWAP_API const char *cgswap_errno_get_name(int errnum);

/** @brief Returns the number of causes, without CGSWAP_CAUSE_NONE. Since 0.1. */
CGSWAP_API size_t cgswap_cause_get_count(void);
/** @brief Returns the cause at an index below cgswap_cause_get_count(); NONE past the end. Since
 *         0.1. */
CGSWAP_API enum cgswap_cause cgswap_cause_get_at(size_t index);
/** @brief Returns the cause of this name ("not_attached"); NONE for an unknown name. Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_cause_get_by_name(const char *name);
/** @brief Returns the name of a cause, in lower case; "" for NONE. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_name(enum cgswap_cause cause);
/** @brief Returns the status that a cause belongs to. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_cause_get_status(enum cgswap_cause cause);
/** @brief Returns true if the cause is something in one cgroup or its chain, so that the same call may
 *         succeed in another; false if every cgroup would meet it, such as a missing privilege or a
 *         source that does not load. Since 0.1. */
CGSWAP_API bool cgswap_cause_get_per_cgroup(enum cgswap_cause cause);
/** @brief Returns the errnos that the kernel gives for a cause, separated by spaces; "" for none.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_errnos(enum cgswap_cause cause);
/** @brief Returns the meaning of a cause, a sentence. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_meaning(enum cgswap_cause cause);
/** @brief Returns the remedy for a cause: one line that says what to do. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_remedy(enum cgswap_cause cause);
/** @brief Returns an example of a cause: a command (after "$ ") or a call, and a line with its
 *         error. Since 0.1. */
CGSWAP_API const char *cgswap_cause_get_example(enum cgswap_cause cause);

/* ---- attach types ------------------------------------------------------------------------ */

/** @brief Returns the number of cgroup attach types that the library knows. Since 0.1. */
CGSWAP_API size_t cgswap_attach_type_get_count(void);
/** @brief Returns the full name ("cgroup_inet_egress") at an index; "" past the end. Since 0.1. */
CGSWAP_API const char *cgswap_attach_type_get_name(size_t index);
/** @brief Returns the short name ("egress") at an index; "" past the end. Since 0.1. */
CGSWAP_API const char *cgswap_attach_type_get_short_name(size_t index);
/** @brief Returns the type of its programs ("cgroup_skb"), or "". A constant. Since 0.1. */
CGSWAP_API const char *cgswap_attach_type_get_program_type(size_t index);
/** @brief Returns the names of its sections in an object file, separated by blanks
 *         ("cgroup_skb/egress"), or "". A constant. Since 0.1. */
CGSWAP_API const char *cgswap_attach_type_get_sections(size_t index);
/** @brief Returns the events for which the kernel runs a program ("each open() or mknod() of a
 *         device"), or "". A constant. Since 0.1. */
CGSWAP_API const char *cgswap_attach_type_get_sees(size_t index);

/* ---- session ----------------------------------------------------------------------------- */

/**
 * Options of cgswap_session_open(). The simulated kernel ("model") has a small example tree, which
 * belongs to the session; it behaves as a kernel without the disabled features. Its descriptors are
 * not descriptors of the process: do not close() them. scratch_cgroup is a path, absolute or below the
 * mount: features that need a cgroup are tested in a child of it, which is removed at once. If other
 * processes change a chain at the same time, or signals interrupt a load, the call tries again for the
 * retry time, counted from the first failure.
 *
 * world fills the simulated kernel, instead of the example tree, with what a test of the caller needs.
 * It is a text; a line is empty, a comment that begins with '#', or one of
 *
 *     cgroup PATH
 *     program NAME TYPE [tag=HEX] [maps=NAME,...] [pin=PATH]
 *     attach CGROUP TYPE NAME [mode=multi|override|none] [preorder] [link|link=PIN]
 *     missing cap_net_admin|cap_sys_admin|cap_bpf ...
 *
 * cgroup makes a cgroup and its parents, below the mount; attach makes its CGROUP too. program loads a
 * program and pins it in the bpffs as NAME or as pin says: with this pin as its source a test can attach
 * it or replace another by it. attach attaches a program, at the end of the chain; it loads one
 * if no line above has a program of this name and attach type. A link is pinned at PIN, or else held by
 * the model. missing takes capabilities away from the caller; cap_sys_admin includes the others.
 * Programs get the ids 1, 2, 3 in the order in which they are first named. "\040" stands for a blank in
 * a word. Since 0.1.
 */
struct cgswap_session_opts {
	size_t sz;
	const char *kernel;       /**< "live" or "model"; NULL: "live" */
	const char *cgroup_root;  /**< path of the cgroup2 mount; NULL: the first one */
	const char *bpffs;        /**< path of the bpffs mount; NULL: the first one */
	const char *disable_features; /**< names of features not to use, separated by commas */
	const char *scratch_cgroup; /**< where to test features; NULL: the cgroup of this process */
	int32_t retry_time_ms; /**< 0: 100 ms; -1: no time, only a number of retries */
	uint32_t reserved;     /**< 0 */
	const char *world;     /**< the lines that fill the model; NULL: the example tree */
	const char *state_dir; /**< directory of the journal of transactions; NULL: none */
};

/**
 * @brief Opens a session.
 * @param out  set to the session, owned by the caller: cgswap_session_close() and _unref().
 * @param opts may be NULL.
 * @return CGSWAP_OK, or: cgroup_not_found, cgroup_v1, not_a_cgroup (cgroup_root and
 *         the scratch cgroup); cgroup_unreachable (the scratch cgroup); bpffs_not_mounted (bpffs); for
 *         world, each cause of cgswap_chain_attach(), bad_argument, attach_type_unknown, not_a_cgroup,
 *         pin_exists and pin_failed, with the line. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_open(cgswap_session **out,
						  const struct cgswap_session_opts *opts);
/** @brief Takes a reference. @return The same session; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_session *cgswap_session_ref(cgswap_session *session);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_session_unref(cgswap_session *session);
/**
 * @brief Closes the session and every handle opened from it. Closing twice is allowed.
 * @return CGSWAP_OK, or handle_in_use while a call on one of them runs. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_close(cgswap_session *session);
/**
 * @brief Probes, once, whether the session's kernel has a feature. Attached programs are not
 *        touched: link_update_order is probed in a child of scratch_cgroup, if one can be made.
 * @param out set to the answer; false if the probe was not possible.
 * @return CGSWAP_OK, or, if the probe was not possible: missing_cap_net_admin, cgroup_unreachable
 *         (no cgroup2 is mounted). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_has(cgswap_session *session,
						 enum cgswap_feature feature, bool *out);
/**
 * @brief Probes whether the session's kernel has an attach type.
 * @param attach_type full or short name ("cgroup_inet_egress", "egress").
 * @param out         set to the answer.
 * @return CGSWAP_OK, or: attach_type_unknown (the library does not know the name). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_has_attach_type(cgswap_session *session,
							     const char *attach_type, bool *out);
/** @brief Returns the system call that probes a feature, and its result. Owned by the session.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_session_get_probe(cgswap_session *session, enum cgswap_feature feature);
/** @brief Returns "live", or "model" for the simulated kernel. Owned by the session. Since 0.1. */
CGSWAP_API const char *cgswap_session_get_kernel(const cgswap_session *session);
/** @brief Returns the path of the cgroup2 mount; "" if none is mounted. Owned by the session. Since
 *         0.1. */
CGSWAP_API const char *cgswap_session_get_cgroup_root(const cgswap_session *session);
/** @brief Returns the path of the bpffs mount; "" if none is mounted. Owned by the session. Since
 *         0.1. */
CGSWAP_API const char *cgswap_session_get_bpffs(const cgswap_session *session);
/**
 * @brief Sets the function that receives the session's log; by default the log is discarded. It has a
 *        line at INFO for each change that was made (attach, detach, replace, rollback), WARNING for
 *        missing guards and leftovers, DEBUG for retries and probes.
 * @param fn      called with each line, in the thread of the call that logs; NULL: discard.
 * @param user    passed to fn.
 * @param destroy called with user when fn is not needed any more; may be NULL.
 * @return CGSWAP_OK, or a cause that every call can give. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_set_log(cgswap_session *session, cgswap_log_fn fn,
						     void *user, cgswap_destroy_fn destroy);
/**
 * @brief Visits a cgroup and all its descendants: parents first, siblings by name (c2 before c10). Skips
 *        cgroups that are removed during the walk. If it cannot list all of them, it visits the
 *        others, and fails then.
 * @param cgroup as for cgswap_chain_open(); NULL: the cgroup2 mount.
 * @param fn     called with each absolute path; it may use handles of the session.
 * @param user   passed to fn.
 * @return CGSWAP_OK, or: cancelled (fn returned nonzero); cgroup_not_found, cgroup_v1,
 *         not_a_cgroup, cgroup_gone, cgroup_unreachable, bad_descriptor, denied_by_policy (file
 *         permissions). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_walk(cgswap_session *session, const char *cgroup,
						  cgswap_cgroup_fn fn, void *user);

/** @brief Returns the number of features that the library knows; they are numbered from 1. Since
 *         0.1. */
CGSWAP_API size_t cgswap_feature_get_count(void);
/** @brief Returns the name of a feature ("expected_revision"); "" for an unknown number. Since
 *         0.1. */
CGSWAP_API const char *cgswap_feature_get_name(enum cgswap_feature feature);
/** @brief Returns the first mainline kernel that has a feature ("5.6"); "" for none. Since 0.1. */
CGSWAP_API const char *cgswap_feature_get_kernel(enum cgswap_feature feature);

/* ---- program ----------------------------------------------------------------------------- */

/** Options of cgswap_program_open(). Since 0.1. */
struct cgswap_program_opts {
	size_t sz;
	const char *attach_type;     /**< attach type for a program of an object */
	const char *const *reuse_maps_of; /**< programs whose maps to reuse: pin:, id:, fd: */
	const char *const *map_choices; /**< "NAME=CHOICE" for single maps, ended by NULL */
	const char *old_object; /**< with reuse_maps_of: the file which the first of them came from */
	const char *const *constant_choices; /**< "NAME=CHOICE" for single constants, ended by NULL */
	enum cgswap_map_policy maps; /**< with reuse_maps_of: how to treat its maps */
	enum cgswap_constant_policy constants; /**< with reuse_maps_of: which values constants get */
};

/**
 * @brief Opens a program.
 *
 * An object's program is loaded, with new maps unless opts name maps to reuse. Maps that the object
 * pins by name (LIBBPF_PIN_BY_NAME) are reused from their pins. A map that is not pinned yet is pinned
 * when the program is first attached, by an attach or a commit, or its descriptor is requested. Maps
 * that only other programs of the object need are neither created nor pinned.
 *
 * map_choices decides for single maps of the object, whatever maps says, which map the program uses:
 * "NAME=old" the old program's map of this name; "NAME=new" a new one, and "NAME=new,max_entries=N"
 * one of this size; "NAME=id:N" and "NAME=pin:PATH" the map with this id or pin. NAME is the map's in
 * the object: ".bss" and ".data" for global variables. NULL and an empty list choose nothing. A
 * program array of the old program that a loader has filled is shared unless "NAME=new" is chosen.
 *
 * The constants of an object are its `const volatile` variables, which a loader may set; of a struct,
 * each member. Where the first of reuse_maps_of has a constant of the same name with another value, the caller says
 * which value the program gets. With old_object, a value that this file has too was never set, and the
 * new object's is used; any other is taken over. Else constants decides; else the call fails with
 * constants_changed. constant_choices decides for single constants before both: "NAME=old",
 * "NAME=new", "NAME=VALUE" or "NAME.MEMBER=VALUE", where VALUE is a number, true, false, the name of an
 * enumerator, text for an array of char, or hex:BYTES. "NAME==old" gives the word old as text. It
 * needs no reuse_maps_of, unless it asks for old. bpf_metadata_* are always the new object's.
 * @param out    set to the program, owned by the caller: cgswap_program_close() and _unref().
 * @param source obj:FILE[#PROGRAM], pin:PATH, id:N or fd:N. Without a prefix: *.o is obj:, a string
 *               with a slash is pin:, digits are id:.
 * @param opts   may be NULL; without attach_type the object's sections must name it.
 * @return CGSWAP_OK, or: attach_type_unknown; bad_descriptor, not_a_program; program_not_found,
 *         pin_not_found; object_not_found, object_not_elf, object_not_bpf,
 *         object_has_no_program, program_not_in_object, source_ambiguous,
 *         expected_attach_type_mismatch, program_type_mismatch, object_refused,
 *         verifier_refused, map_refused (a map as declared), kernel_lacks_feature (a type of map);
 *         map_changed, map_dropped, constants_changed (reuse_maps_of); bpffs_not_mounted,
 *         pin_exists, pin_failed (maps pinned by name); missing_cap_bpf, missing_cap_perfmon,
 *         missing_cap_sys_admin; libbpf_degraded; interrupted (by signals, for the session's
 *         retry time). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_program_open(cgswap_program **out, cgswap_session *session,
						  const char *source,
						  const struct cgswap_program_opts *opts);
/** @brief Takes a reference. @return The same program; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_program *cgswap_program_ref(cgswap_program *program);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_program_unref(cgswap_program *program);
/** @brief Closes the program; an attached program stays attached. Closing twice is allowed. Since
 *         0.1. */
CGSWAP_API enum cgswap_status cgswap_program_close(cgswap_program *program);
/** @brief Returns the program's id in the kernel; 0 for NULL or closed. Since 0.1. */
CGSWAP_API uint32_t cgswap_program_get_id(const cgswap_program *program);
/** @brief Returns the program's name, in full where its BTF has it. Owned by the program. Since
 *         0.1. */
CGSWAP_API const char *cgswap_program_get_name(const cgswap_program *program);
/** @brief Returns the program's tag, 16 hexadecimal digits. Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_tag(const cgswap_program *program);
/** @brief Returns the program's type ("cgroup_skb"). Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_type(const cgswap_program *program);
/** @brief Returns the descriptor, owned by the program; -1 for NULL or closed, or if a map cannot be
 *         pinned by its name (see cgswap_program_open(); the last error has the reason). Since 0.1. */
CGSWAP_API int cgswap_program_get_fd(const cgswap_program *program);
/** @brief Returns the number of maps that the program uses. Since 0.1. */
CGSWAP_API size_t cgswap_program_get_map_count(const cgswap_program *program);
/** @brief Returns the id of a map; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_program_get_map_id(const cgswap_program *program, size_t index);
/** @brief Returns the name of a map: from the object if the program was loaded from one, else from
 *         the kernel; "" if it cannot be read. Owned by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_map_name(const cgswap_program *program, size_t index);
/** @brief Returns true if the map is reused from reuse_maps_of, with its contents. Since 0.1. */
CGSWAP_API bool cgswap_program_get_map_kept(const cgswap_program *program, size_t index);
/** @brief Returns the reason why the map was reused or not, in a few words; "" past the end. Owned
 *         by the program. Since 0.1. */
CGSWAP_API const char *cgswap_program_get_map_reason(const cgswap_program *program, size_t index);
/** @brief Returns true if the map, new or reused, has timers in its values, and only this process holds
 *         it open: the kernel cancels the timers when the last descriptor and pin of the map are gone,
 *         though the program stays attached. Also false if it cannot be found out. Since 0.1. */
CGSWAP_API bool cgswap_program_get_map_timers_end(const cgswap_program *program, size_t index);

/* ---- object ------------------------------------------------------------------------------ */

/**
 * @brief Reads an object file without loading it; this needs no privilege.
 * @param out  set to the object, owned by the caller: cgswap_object_close() and _unref().
 * @param path the path of the file.
 * @return CGSWAP_OK, or: object_not_found, denied_by_policy (file permissions), object_not_elf,
 *         object_not_bpf, object_has_no_program, object_refused. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_object_open(cgswap_object **out, cgswap_session *session,
						 const char *path);
/** @brief Takes a reference. @return The same object; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_object *cgswap_object_ref(cgswap_object *object);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_object_unref(cgswap_object *object);
/** @brief Closes the object. Closing twice is allowed. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_object_close(cgswap_object *object);
/** @brief Returns the license ("Dual BSD/GPL"); "" if it has none. Owned by the object. Since
 *         0.1. */
CGSWAP_API const char *cgswap_object_get_license(const cgswap_object *object);
/** @brief Returns the number of programs in the object. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_program_count(const cgswap_object *object);
/** @brief Returns the name of a program; "" past the end. Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_program_name(const cgswap_object *object, size_t index);
/** @brief Returns the ELF section of a program ("cgroup_skb/egress"). Owned by the object. Since
 *         0.1. */
CGSWAP_API const char *cgswap_object_get_program_section(const cgswap_object *object, size_t index);
/** @brief Returns the type of a program ("cgroup_skb"); "" if its section does not name it. A
 *         constant. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_program_type(const cgswap_object *object, size_t index);
/** @brief Returns the attach type of a program ("cgroup_inet_egress"); "" if its section does not
 *         name it. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_program_attach_type(const cgswap_object *object,
							     size_t index);
/** @brief Returns the length of a program, in instructions of 8 bytes. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_program_length(const cgswap_object *object, size_t index);
/** @brief Returns the number of maps, those of global variables included. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_map_count(const cgswap_object *object);
/** @brief Returns the name of a map; "" past the end. Owned by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_map_name(const cgswap_object *object, size_t index);
/** @brief Returns the type of a map ("hash", "percpu_array", ...); "" if the library does not know
 *         it. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_map_type(const cgswap_object *object, size_t index);
/** @brief Returns the size of a key of a map, in bytes. Since 0.1. */
CGSWAP_API uint32_t cgswap_object_get_map_key_size(const cgswap_object *object, size_t index);
/** @brief Returns the size of a value of a map, in bytes. Since 0.1. */
CGSWAP_API uint32_t cgswap_object_get_map_value_size(const cgswap_object *object, size_t index);
/** @brief Returns the capacity of a map, in entries; 0 if it is set at load time. Since 0.1. */
CGSWAP_API uint32_t cgswap_object_get_map_max_entries(const cgswap_object *object, size_t index);
/** @brief Returns the number of bpf_metadata_ variables. Since 0.1. */
CGSWAP_API size_t cgswap_object_get_metadata_count(const cgswap_object *object);
/** @brief Returns the name of a bpf_metadata_ variable, without this prefix; "" past the end. Owned
 *         by the object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_metadata_name(const cgswap_object *object, size_t index);
/** @brief Returns the value of a bpf_metadata_ variable, as text; "" past the end. Owned by the
 *         object. Since 0.1. */
CGSWAP_API const char *cgswap_object_get_metadata_value(const cgswap_object *object, size_t index);
/**
 * @brief Returns the reason why the object can be shown but not loaded, such as maps in a section
 *        "maps"; "" if there is none. Owned by the object. Since 0.1.
 */
CGSWAP_API const char *cgswap_object_get_note(const cgswap_object *object);

/**
 * Options of cgswap_object_load(), cgswap_object_attach() and cgswap_replace_add_object(). Each takes
 * those that are named for it; another that is not zero is a bad_argument. Since 0.1.
 */
struct cgswap_object_opts {
	size_t sz;
	const char *const *only;          /**< names of the programs to take, ended by NULL; NULL: all */
	const char *const *skip;          /**< names of programs to leave out, ended by NULL */
	const char *const *reuse_maps_of; /**< load, attach: programs whose maps to reuse: pin:, id:, fd: */
	const char *const *map_choices;   /**< as in cgswap_program_opts, for the programs together */
	const char *old_object;           /**< as in cgswap_program_opts; replace, or with reuse_maps_of */
	const char *const *constant_choices; /**< as in cgswap_program_opts, for the programs together */
	const char *pin_dir;           /**< attach, replace: bpffs directory: each pin has the program's name */
	uint64_t expected_cgroup_id;   /**< attach, replace: only in the cgroup with this id; 0: any */
	enum cgswap_map_policy maps;   /**< replace, or with reuse_maps_of: how to treat the old maps */
	enum cgswap_constant_policy constants; /**< replace, or with reuse_maps_of: which values constants get */
	enum cgswap_preorder preorder; /**< attach: DEFAULT: no; replace: as the entry */
	uint32_t link;                 /**< attach: nonzero: by links; needs pin_dir */
	uint32_t allow_unguarded;      /**< replace: nonzero: allow it without any guard */
	uint32_t dry_run;              /**< attach: nonzero: only check; change nothing */
};

/**
 * @brief Loads the programs of an object, once, with one set of maps: a map that several of them use
 *        is one map, as it is when a loader opens the file once. Programs that are loaded one by one by
 *        cgswap_program_open() have maps of their own each.
 *
 * Without only, these are all programs but those that a SEC("?...") leaves out and those that the
 * source puts into a program array. Each must have a section that names its attach type. Of several
 * old programs the maps of all may be reused.
 * @param opts may be NULL: all programs, with new maps.
 * @return CGSWAP_OK, or: program_not_in_object (only, skip), source_ambiguous (a section names no
 *         attach type), and as cgswap_program_open(). On failure nothing is loaded. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_object_load(cgswap_object *object,
						 const struct cgswap_object_opts *opts);
/**
 * @brief Opens a program of a loaded object.
 * @param out     set to the program, owned by the caller: cgswap_program_close() and _unref(). It
 *                stays valid when the object is closed.
 * @param program its name in the object.
 * @return CGSWAP_OK, or: program_not_in_object; bad_argument (it is not loaded). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_object_open_program(cgswap_program **out, cgswap_object *object,
							 const char *program);
/**
 * @brief Attaches the programs of an object, each at its attach type at the end of the chain, in multi
 *        mode, as one transaction: all or none. Loads the object first, unless it is loaded.
 *
 * If some of the programs are already attached to the cgroup, with the same name and instructions, as
 * an attach that was killed leaves them, nothing is attached, and the error lists them.
 * @param out    set to the committed transaction, whose steps say what was attached, and which can be
 *               rolled back; owned by the caller: cgswap_replace_close() and _unref(). May be NULL.
 * @param cgroup as for cgswap_chain_open().
 * @param opts   may be NULL. With dry_run the call changes nothing, and *out can only be checked.
 * @return CGSWAP_OK, or, with nothing attached: as cgswap_object_load(), cgswap_chain_open(),
 *         cgswap_chain_attach() and cgswap_replace_commit(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_object_attach(cgswap_replace **out, cgswap_object *object,
						   const char *cgroup,
						   const struct cgswap_object_opts *opts);

/* ---- chain ------------------------------------------------------------------------------- */

/** Options of cgswap_chain_attach(). Since 0.1. */
struct cgswap_attach_opts {
	size_t sz;
	uint64_t expected_revision;    /**< attach only at this revision; 0: any */
	uint64_t expected_cgroup_id;   /**< attach only to the cgroup with this id; 0: any */
	const char *before;            /**< selector of the entry to attach before */
	const char *after;             /**< selector of the entry to attach after */
	const char *pin;               /**< bpffs path for a pin of the link or program */
	int *link_fd;                  /**< set to the link's descriptor, the caller's; or -1 */
	enum cgswap_mode mode;         /**< DEFAULT: multi */
	enum cgswap_preorder preorder; /**< DEFAULT: no */
	enum cgswap_position position; /**< DEFAULT: last, or as before and after say */
	uint32_t link;                 /**< nonzero: attach by a link; needs pin or link_fd */
	uint32_t dry_run;              /**< nonzero: only check; change nothing */
	uint32_t reserved;             /**< 0 */
};

/** Options of cgswap_chain_detach(). Since 0.1. */
struct cgswap_detach_opts {
	size_t sz;
	uint64_t expected_revision;  /**< detach only at this revision; 0: any */
	uint64_t expected_cgroup_id; /**< detach only from the cgroup with this id; 0: any */
	uint32_t dry_run;            /**< nonzero: only check; change nothing */
	uint32_t reserved;           /**< 0 */
};

/**
 * @brief Opens the chain of one cgroup and one attach type, and reads it.
 * @param out         set to the chain, owned by the caller: cgswap_chain_close() and _unref().
 * @param cgroup      a path, absolute or relative to the cgroup2 mount, or fd:N.
 * @param attach_type full or short name ("cgroup_inet_egress", "egress").
 * @return CGSWAP_OK (also if the privilege to read is missing: the chain is then unread), or:
 *         cgroup_not_found, cgroup_v1, not_a_cgroup, cgroup_gone, cgroup_unreachable,
 *         bad_descriptor, attach_type_unknown, attach_type_unsupported. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_open(cgswap_chain **out, cgswap_session *session,
						const char *cgroup, const char *attach_type);
/** @brief Takes a reference. @return The same chain; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_chain *cgswap_chain_ref(cgswap_chain *chain);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_chain_unref(cgswap_chain *chain);
/** @brief Closes the chain; attached programs stay attached. Closing twice is allowed. Since
 *         0.1. */
CGSWAP_API enum cgswap_status cgswap_chain_close(cgswap_chain *chain);
/**
 * @brief Takes a new snapshot: ids, mode, revision. Entries of the old one become invalid.
 * @return CGSWAP_OK, or: cgroup_gone, missing_cap_net_admin, attach_type_unsupported. On failure the
 *         old snapshot remains. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_read(cgswap_chain *chain);
/**
 * @brief Reads details of the snapshot's entries, once for each part and snapshot. Reads an unread
 *        chain first. A program that was freed after the snapshot has no details.
 * @param what a combination of enum cgswap_describe.
 * @return CGSWAP_OK, or: missing_cap_sys_admin; kernel_lacks_feature (LINKS before 5.8); and as
 *         cgswap_chain_read(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_describe(cgswap_chain *chain, unsigned what);
/**
 * @brief Reads the effective programs: those that run for a process in this cgroup, in order,
 *        including those attached to ancestors.
 * @return As cgswap_chain_read(). On failure the previous result remains. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_read_effective(cgswap_chain *chain);
/** @brief Returns the number of effective programs read. Since 0.1. */
CGSWAP_API size_t cgswap_chain_get_effective_length(const cgswap_chain *chain);
/** @brief Returns the id of an effective program, in the order of execution; 0 past the end. Since
 *         0.1. */
CGSWAP_API uint32_t cgswap_chain_get_effective_id(const cgswap_chain *chain, size_t index);
/**
 * @brief Lists the temporary pins that were left for programs or links of this chain by processes that
 *        were killed while they swapped a pin. Looks at the top of the session's bpffs and in the
 *        directories there. Changes nothing: the next swap of that pin clears up.
 * @return CGSWAP_OK, or a cause of cgswap_chain_read(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_read_leftovers(cgswap_chain *chain);
/** @brief Returns the number of leftovers that were read. Since 0.1. */
CGSWAP_API size_t cgswap_chain_get_leftover_count(const cgswap_chain *chain);
/** @brief Returns the path of a leftover, valid until the next read of them; "" past the end. Since
 *         0.1. */
CGSWAP_API const char *cgswap_chain_get_leftover(const cgswap_chain *chain, size_t index);
/** @brief Returns the cgroup's absolute path. Owned by the chain. Since 0.1. */
CGSWAP_API const char *cgswap_chain_get_cgroup(const cgswap_chain *chain);
/** @brief Returns the cgroup's id; a recreated cgroup has a different one. Since 0.1. */
CGSWAP_API uint64_t cgswap_chain_get_cgroup_id(const cgswap_chain *chain);
/** @brief Returns the attach type's full name. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_chain_get_attach_type(const cgswap_chain *chain);
/** @brief Returns the snapshot's mode; DEFAULT if the chain is empty or unread. Since 0.1. */
CGSWAP_API enum cgswap_mode cgswap_chain_get_mode(const cgswap_chain *chain);
/**
 * @brief Returns false if the last dry run of an attach found nothing against it, but the kernel may
 *        refuse it for a reason that only the call finds out: a cgroup above this cgroup namespace,
 *        about which this kernel could not be asked, or the preorder flag of the entry beside it,
 *        which no order shows. Else true. Since 0.1.
 */
CGSWAP_API bool cgswap_chain_get_certain(const cgswap_chain *chain);
/** @brief Returns the snapshot's revision; 0 if this kernel has none. Each attach, detach and replace,
 *         and each update of a link, by any process, moves it by one; a failed one does not. A probe
 *         for the preorder flag may move it by two: see cgswap_replace_add(). Since 0.1. */
CGSWAP_API uint64_t cgswap_chain_get_revision(const cgswap_chain *chain);
/** @brief Returns the number of entries in the snapshot. Since 0.1. */
CGSWAP_API size_t cgswap_chain_get_length(const cgswap_chain *chain);
/**
 * @brief Returns the entry at a position, from 0; NULL past the end.
 * @return Owned by the chain; valid until the chain is read again, changed through this handle, or
 *         freed. Since 0.1.
 */
CGSWAP_API const cgswap_entry *cgswap_chain_get_entry(const cgswap_chain *chain, size_t position);
/**
 * @brief Finds the entry of the snapshot that a selector names.
 * @param selector id:N, name:NAME, tag:HEX, pin:PATH, link:N, pos:N or fd:N. Without a prefix:
 *                 digits are id:, a string with a slash is pin:, any other name:.
 * @param position set to the entry's position; 0 on failure.
 * @return CGSWAP_OK, or: not_attached, chain_empty, attached_at_ancestor, selector_ambiguous,
 *         pin_not_found, not_a_program, not_a_link, link_detached, bad_descriptor,
 *         kernel_lacks_feature (link:), and as cgswap_chain_describe(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_find(cgswap_chain *chain, const char *selector,
						size_t *position);
/**
 * @brief Attaches a program to the chain, with or without a link, and reads the chain again. In
 *        override and none mode the program overwrites the one that is attached.
 * @param opts may be NULL: multi mode, no link, last. With dry_run the call changes nothing and
 *             returns the same status, cause and message as it would without it. Where the chain
 *             may not be read, it asks the kernel by an attach in multi mode that cannot happen. It
 *             cannot find out the preorder flag of an anchor that no order shows, and takes it to
 *             be right.
 * @return CGSWAP_OK, or: already_attached, chain_full, own_mode_conflict, ancestor_exclusive,
 *         program_type_mismatch, expected_attach_type_mismatch, revision_changed, lost_race,
 *         cgroup_gone, missing_cap_net_admin, kernel_lacks_feature, attach_type_unsupported
 *         (by this kernel, or BPF_LSM_CGROUP), mode_flags_conflict, attribute_size; position_conflict,
 *         anchor_not_attached, anchor_kind_mismatch, ordering_unsupported, cgroup_unreachable and
 *         as cgswap_chain_find() (position, before, after); bpffs_not_mounted, pin_exists,
 *         pin_failed (pin). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_attach(cgswap_chain *chain, cgswap_program *program,
						  const struct cgswap_attach_opts *opts);
/**
 * @brief Detaches one entry, through its link if it has one, and reads the chain again. The link
 *        object and its pin remain.
 * @param selector as for cgswap_chain_find(); looked up in a new snapshot.
 * @param opts     may be NULL; dry_run as for cgswap_chain_attach(). When it detaches a link, the
 *                 kernel compares neither the program nor a revision: the library compares the
 *                 program that the link holds and expected_revision directly before the call, and
 *                 does not notice a change after that.
 * @return CGSWAP_OK, or: as cgswap_chain_find(); held_by_link (links cannot be opened),
 *         revision_changed, lost_race, program_type_mismatch, cgroup_gone, missing_cap_net_admin,
 *         kernel_lacks_feature, attach_type_unsupported (BPF_LSM_CGROUP). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_chain_detach(cgswap_chain *chain, const char *selector,
						  const struct cgswap_detach_opts *opts);

/** @brief Returns the entry's position in the chain, from 0. Since 0.1. */
CGSWAP_API size_t cgswap_entry_get_position(const cgswap_entry *entry);
/** @brief Returns the program's id. Since 0.1. */
CGSWAP_API uint32_t cgswap_entry_get_id(const cgswap_entry *entry);
/** @brief Returns the program's name; "" until described (PROGRAMS). Owned by the chain. Since
 *         0.1. */
CGSWAP_API const char *cgswap_entry_get_name(const cgswap_entry *entry);
/** @brief Returns the program's tag, 16 hexadecimal digits; "" until described (PROGRAMS). Owned by
 *         the chain. Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_tag(const cgswap_entry *entry);
/** @brief Returns the program's type ("cgroup_skb"); "" until described (PROGRAMS). A constant.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_type(const cgswap_entry *entry);
/** @brief Returns the id of the entry's link; 0 if it has none or until described (LINKS). Since
 *         0.1. */
CGSWAP_API uint32_t cgswap_entry_get_link_id(const cgswap_entry *entry);
/** @brief Returns the preorder flag; DEFAULT if unknown or until described (PREORDER). Since
 *         0.1. */
CGSWAP_API enum cgswap_preorder cgswap_entry_get_preorder(const cgswap_entry *entry);
/** @brief Returns the reason why the program was not read when it was described (PROGRAMS), so that it
 *         has no name: "EACCES: a security policy forbids to open it". "" if there is none. Since
 *         0.1. */
CGSWAP_API const char *cgswap_entry_get_reason(const cgswap_entry *entry);
/** @brief Returns the program's load time, in seconds since 1970; 0 until described (PROGRAMS).
 *         Since 0.1. */
CGSWAP_API int64_t cgswap_entry_get_loaded_at(const cgswap_entry *entry);
/** @brief Returns the id of the user who loaded the program; 0 until described (PROGRAMS). Since
 *         0.1. */
CGSWAP_API uint32_t cgswap_entry_get_uid(const cgswap_entry *entry);
/** @brief Returns the number of maps that the program uses; 0 until described (PROGRAMS). Since
 *         0.1. */
CGSWAP_API size_t cgswap_entry_get_map_count(const cgswap_entry *entry);
/** @brief Returns the id of a map of the program; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_entry_get_map_id(const cgswap_entry *entry, size_t index);
/** @brief Returns the number of runs, if the kernel counts them (kernel.bpf_stats_enabled); 0 until
 *         described (PROGRAMS). Since 0.1. */
CGSWAP_API uint64_t cgswap_entry_get_run_count(const cgswap_entry *entry);
/** @brief Returns the total run time, in nanoseconds, if the kernel counts it; 0 until described
 *         (PROGRAMS). Since 0.1. */
CGSWAP_API uint64_t cgswap_entry_get_run_time_ns(const cgswap_entry *entry);
/** @brief Returns the number of bpf_metadata_ variables; 0 until described (METADATA). Since
 *         0.1. */
CGSWAP_API size_t cgswap_entry_get_metadata_count(const cgswap_entry *entry);
/** @brief Returns the name of a bpf_metadata_ variable, without this prefix; "" past the end. Owned
 *         by the chain. Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_metadata_name(const cgswap_entry *entry, size_t index);
/** @brief Returns the value of a bpf_metadata_ variable, as text; "" past the end. Owned by the
 *         chain. Since 0.1. */
CGSWAP_API const char *cgswap_entry_get_metadata_value(const cgswap_entry *entry, size_t index);

/* ---- find -------------------------------------------------------------------------------- */

/** Parts of the machine that a find looks at; combine them with `|`. Since 0.1. */
enum cgswap_find_part {
	CGSWAP_FIND_ENTRIES = 1,   /**< the chains of all cgroups */
	CGSWAP_FIND_LINKS = 2,     /**< all links */
	CGSWAP_FIND_PINS = 4,      /**< every bpffs that is mounted */
	CGSWAP_FIND_PROCESSES = 8, /**< the descriptors of all processes */
	CGSWAP_FIND_ALL = 15
};

/**
 * @brief Finds where programs are: their entries in the chains of all cgroups, the links that hold
 *        them, the pins of both in every bpffs, and the processes that have one of them open. Each
 *        part of the machine is walked once. Changes nothing.
 *
 * What this process may not look at, or cannot see from inside a namespace, is a reason in the list
 * of unread parts: the result is then not complete. A bpffs that is mounted only in other mount
 * namespaces, and what is open only in a thread with a table of descriptors of its own, cannot be
 * seen.
 * @param out      set to the find, owned by the caller: cgswap_find_close() and _unref().
 * @param selector as for cgswap_chain_find(), but no pos:. A name or a tag can mean many programs, a
 *                 link or its pin means the program that it holds.
 * @param what     a combination of enum cgswap_find_part; 0: only the programs.
 * @return CGSWAP_OK, or: program_not_found, pin_not_found, not_a_program, not_a_link, bad_descriptor,
 *         kernel_lacks_feature (link:), missing_cap_sys_admin (name:, tag:, link:). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_find_open(cgswap_find **out, cgswap_session *session,
					       const char *selector, unsigned what);
/** @brief Takes a reference. @return The same find; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_find *cgswap_find_ref(cgswap_find *find);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_find_unref(cgswap_find *find);
/** @brief Closes the find. Closing twice is allowed. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_find_close(cgswap_find *find);
/** @brief Returns the number of programs: the programs that the selector means. Since 0.1. */
CGSWAP_API size_t cgswap_find_get_program_count(const cgswap_find *find);
/** @brief Returns the id of a program; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_program_id(const cgswap_find *find, size_t index);
/** @brief Returns the name of a program, in full where its BTF has it; "" past the end or if it
 *         cannot be read. Owned by the find. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_program_name(const cgswap_find *find, size_t index);
/** @brief Returns the tag of a program, 16 hexadecimal digits; "" past the end or if it cannot
 *         be read. Owned by the find. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_program_tag(const cgswap_find *find, size_t index);
/** @brief Returns the type of a program ("cgroup_skb"); "" past the end or if it cannot be
 *         read. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_program_type(const cgswap_find *find, size_t index);
/** @brief Returns the number of entries: their entries, in all chains. Since 0.1. */
CGSWAP_API size_t cgswap_find_get_entry_count(const cgswap_find *find);
/** @brief Returns the absolute path of the cgroup of an entry; "" past the end. Owned by the
 *         find. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_entry_cgroup(const cgswap_find *find, size_t index);
/** @brief Returns the id of the cgroup of an entry; 0 past the end. Since 0.1. */
CGSWAP_API uint64_t cgswap_find_get_entry_cgroup_id(const cgswap_find *find, size_t index);
/** @brief Returns the full name of the attach type of an entry; "" past the end. A constant.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_find_get_entry_attach_type(const cgswap_find *find, size_t index);
/** @brief Returns the position of an entry in its chain, from 0; 0 past the end. Since 0.1. */
CGSWAP_API size_t cgswap_find_get_entry_position(const cgswap_find *find, size_t index);
/** @brief Returns the id of the program of an entry; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_entry_program_id(const cgswap_find *find, size_t index);
/** @brief Returns the id of the link that holds an entry; 0 if it has none, if the links were
 *         not read, or if the chain has the program several times. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_entry_link_id(const cgswap_find *find, size_t index);
/** @brief Returns the number of links: the links that hold the programs. Since 0.1. */
CGSWAP_API size_t cgswap_find_get_link_count(const cgswap_find *find);
/** @brief Returns the id of a link; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_link_id(const cgswap_find *find, size_t index);
/** @brief Returns the id of the program that a link holds; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_link_program_id(const cgswap_find *find, size_t index);
/** @brief Returns the full name of the attach type of a link; "" past the end or if it is not a
 *         cgroup link. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_link_attach_type(const cgswap_find *find, size_t index);
/** @brief Returns the id of the cgroup to which a link is attached, also of one that cannot be
 *         seen; 0 if it was detached, is not a cgroup link, or past the end. Since 0.1. */
CGSWAP_API uint64_t cgswap_find_get_link_cgroup_id(const cgswap_find *find, size_t index);
/** @brief Returns the number of pins: the pins of the programs and of these links. Since 0.1. */
CGSWAP_API size_t cgswap_find_get_pin_count(const cgswap_find *find);
/** @brief Returns the path of a pin; "" past the end. Owned by the find. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_pin_path(const cgswap_find *find, size_t index);
/** @brief Returns the id of the program that a pin keeps; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_pin_program_id(const cgswap_find *find, size_t index);
/** @brief Returns the id of the link of a pin; 0 for a pin of the program itself, or past the
 *         end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_pin_link_id(const cgswap_find *find, size_t index);
/** @brief Returns the number of processes: the processes that have a program or a link open.
 *         Since 0.1. */
CGSWAP_API size_t cgswap_find_get_process_count(const cgswap_find *find);
/** @brief Returns the id of a process; 0 past the end. A process comes several times if it has
 *         several programs or links open. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_process_id(const cgswap_find *find, size_t index);
/** @brief Returns the name of a process, at most 15 bytes; "" past the end. Owned by the find.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_find_get_process_command(const cgswap_find *find, size_t index);
/** @brief Returns the id of the program that a process keeps; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_process_program_id(const cgswap_find *find, size_t index);
/** @brief Returns the id of the link that a process has open; 0 if it has the program itself
 *         open, or past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_find_get_process_link_id(const cgswap_find *find, size_t index);
/** @brief Returns the number of parts of the machine that could not be looked at; 0 if the
 *         result is complete. Since 0.1. */
CGSWAP_API size_t cgswap_find_get_unread_count(const cgswap_find *find);
/** @brief Returns the list of the result that may lack something: "programs", "entries",
 *         "links", "pins" or "processes"; "" past the end. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_unread_list(const cgswap_find *find, size_t index);
/** @brief Returns one line that says what could not be looked at, and why; "" past the end.
 *         Owned by the find. Since 0.1. */
CGSWAP_API const char *cgswap_find_get_unread_reason(const cgswap_find *find, size_t index);

/* ---- clean ------------------------------------------------------------------------------- */

/**
 * @brief Lists what processes of this library left because they were killed: temporary pins, in every
 *        bpffs, and scratch cgroups, in all cgroups. The lock of a pin's directory, and that of a
 *        scratch cgroup, shows that the process is dead. Changes nothing.
 * @param out set to the list, owned by the caller: cgswap_clean_close() and _unref().
 * @return CGSWAP_OK, or a cause that every call can give. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_clean_open(cgswap_clean **out, cgswap_session *session);
/**
 * @brief Removes the leftovers of the list, where it is certain what must become of them. The swap of
 *        a pin is completed if the new program is attached, and undone if the old one is; a pin of
 *        another process that was moved away is put back. Each is looked at again before.
 * @return CGSWAP_OK, also if some must stay: see cgswap_clean_get_reason(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_clean_remove(cgswap_clean *clean);
/** @brief Takes a reference. @return The same list; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_clean *cgswap_clean_ref(cgswap_clean *clean);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_clean_unref(cgswap_clean *clean);
/** @brief Closes the list. Closing twice is allowed. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_clean_close(cgswap_clean *clean);
/** @brief Returns the number of leftovers, also of those that were removed. Since 0.1. */
CGSWAP_API size_t cgswap_clean_get_count(const cgswap_clean *clean);
/** @brief Returns the kind of a leftover, "pin" or "cgroup"; "" past the end. A constant. Since
 *         0.1. */
CGSWAP_API const char *cgswap_clean_get_kind(const cgswap_clean *clean, size_t index);
/** @brief Returns the path of a leftover; "" past the end. Owned by the list. Since 0.1. */
CGSWAP_API const char *cgswap_clean_get_path(const cgswap_clean *clean, size_t index);
/** @brief Returns the reason why a leftover must stay, in a few words; "" if it can be removed, or past
 *         the end. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_clean_get_reason(const cgswap_clean *clean, size_t index);
/** @brief Returns true if a leftover was removed. Since 0.1. */
CGSWAP_API bool cgswap_clean_get_removed(const cgswap_clean *clean, size_t index);

/* ---- replace ----------------------------------------------------------------------------- */

/** Verification: a commit reads the chain after each swap. Since 0.1. */
enum cgswap_verify {
	CGSWAP_VERIFY_DEFAULT = 0, /**< on */
	CGSWAP_VERIFY_ON = 1,
	CGSWAP_VERIFY_OFF = 2
};

/**
 * Options of cgswap_replace_new(). If the chain changes before a step, the step reads it and tries
 * again until the retry time is over, and as often as retries says at least. In a dry run an add
 * changes nothing, not even to find a preorder flag, and a commit fails. Since 0.1.
 */
struct cgswap_replace_opts {
	size_t sz;
	enum cgswap_verify verify;
	int32_t retries;   /**< 0: 3 retries at least; -1: none, whatever the retry time */
	uint32_t dry_run;  /**< nonzero: the steps can only be checked */
	uint32_t reserved; /**< 0 */
	uint32_t journal;  /**< nonzero: keep a journal in the session's state_dir; in a dry run: try to */
	int32_t wait_ms;   /**< with journal: how long to wait for another transaction's end */
	uint32_t keep_old; /**< nonzero: hold the old programs for an undo; implies journal */
	uint32_t keep;     /**< with keep_old: so many transactions are held at most; 0: 10 */
};

/** Options of cgswap_replace_add() and cgswap_replace_add_source(). Since 0.1. */
struct cgswap_step_opts {
	size_t sz;
	const char *pin;               /**< one cgroup: a bpffs path, unused, or the old program's pin */
	const char *const *map_choices; /**< for a source: as in cgswap_program_opts */
	const char *old_object;         /**< for a source: the file that the old program came from */
	const char *const *constant_choices; /**< for a source: as in cgswap_program_opts */
	const char *match;             /**< recursive: only cgroups whose name (with a slash: path) fits */
	uint64_t expected_revision;    /**< one cgroup: replace only at this revision; 0: any */
	uint64_t expected_cgroup_id;   /**< one cgroup: replace only in the one with this id; 0: any */
	enum cgswap_preorder preorder; /**< DEFAULT: as the entry; otherwise it is not probed */
	enum cgswap_map_policy maps;   /**< for a source: which maps of the old program to reuse */
	enum cgswap_constant_policy constants; /**< for a source: which values constants get */
	uint32_t allow_unguarded;      /**< nonzero: allow a replace without any guard */
	uint32_t any_tag;              /**< recursive, nonzero: the old programs may differ in their tags */
	uint32_t reserved;             /**< 0 */
};

/**
 * Options of cgswap_replace_commit(). With a canary, a soak or a health check the steps are done in
 * waves: the canary first (one step if only a health check is given), then each wave doubles what is
 * done. The health check is called after each wave, and once more for cgroups that came during the
 * commit. Since 0.1.
 */
struct cgswap_commit_opts {
	size_t sz;
	cgswap_progress_fn progress; /**< called before each step; may be NULL */
	void *user;                  /**< passed to progress */
	int32_t retry_time_ms; /**< for each step; 0: the session's; -1: no time, only retries */
	uint32_t reserved;     /**< 0 */
	cgswap_event_fn event;   /**< called for each event; may be NULL */
	void *event_user;        /**< passed to event */
	cgswap_health_fn health; /**< called after each wave; may be NULL */
	void *health_user;       /**< passed to health */
	const char *canary;      /**< steps of the first wave: "N", or "N%" of all, at least one */
	int32_t soak_ms;         /**< time between the first wave and its health check; -1: none */
	int32_t follow_ms;       /**< how long to look for new cgroups after recursive steps; -1: 0 */
	uint32_t check_first;    /**< nonzero: check all steps before the first change */
	uint32_t ignore_gone;    /**< nonzero: ignore removed cgroups, as recursive steps do */
};

/**
 * @brief Makes a transaction without steps.
 *
 * With a journal the transaction begins here, before anything else may be refused, and others wait or
 * are refused until it ends: by its commit, by a rollback after it, or when it is closed. It holds a
 * descriptor for each of its programs. Those of cgroups and links are closed and opened
 * again as needed if there are many; to open a link again takes CAP_SYS_ADMIN.
 * @param out  set to the replace, owned by the caller: cgswap_replace_close() and _unref().
 * @param opts may be NULL.
 * @return CGSWAP_OK, or, with a journal: transaction_busy, transaction_unfinished (the process of one has
 *         died: cgswap_session_recover()), journal_unwritable, journal_damaged, bpffs_not_mounted,
 *         pin_failed; or a cause that every call can give. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_new(cgswap_replace **out, cgswap_session *session,
						 const struct cgswap_replace_opts *opts);
/** @brief Takes a reference. @return The same replace; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_replace *cgswap_replace_ref(cgswap_replace *replace);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_replace_unref(cgswap_replace *replace);
/** @brief Closes the transaction; committed changes stay. Closing twice is allowed. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_replace_close(cgswap_replace *replace);
/**
 * @brief Reads the chain again, and adds a step, which records the entry, its link, position and
 *        preorder flag, and the revision. A step replaces an entry with a link through the link;
 *        in none and override mode it attaches in that mode, which overwrites the program.
 *
 * The kernel does not report the preorder flag. Unless opts give it, this reads the effective order,
 * and if that does not show the flag, tries to attach a probe program, which allows everything, next
 * to the entry: the kernel rejects it because its flag differs from that of the entry, and nothing
 * changes. Only where the entry has the flag and nothing has shown it, the probe is in the chain for a
 * moment; it is detached again, and cgswap_step_get_probe_attached() says so. That moves the
 * revision of the chain by two, as each attach and detach moves it by one: the step, its
 * expected_revision and the snapshot of chain move along, and so does the expected_revision of later
 * steps of this transaction. Kernels that have preorder and not ordering cannot reject the probe: a
 * child cgroup that is made for it, and removed before this returns, shows the flag there. If opts give
 * the flag and the order does not show that of the entry, a rollback puts the old program back with the
 * given one, and says so (rollback_incomplete; the step's cause is preorder_would_change).
 *
 * If the chain cannot be read, old must be the program itself (fd: or pin:), and opts must give
 * preorder if the kernel has it. The step is then done without reading the chain, if verify is off.
 * @param old     a selector, as for cgswap_chain_find().
 * @param program the new program; may be closed afterwards.
 * @param opts    may be NULL.
 * @return CGSWAP_OK, or: as cgswap_chain_find(); held_by_link (links cannot be opened),
 *         unsafe_link_update, revision_changed, lost_race, preorder_would_change,
 *         kernel_lacks_feature, attach_type_unsupported (BPF_LSM_CGROUP), cgroup_unreachable,
 *         missing_cap_bpf, missing_cap_perfmon, bpffs_not_mounted, pin_exists, pin_failed;
 *         rollback_incomplete (a
 *         program attached for a moment to probe preorder could not be detached); if old is not
 *         attached, any cause that cgswap_replace_commit() would give first. On failure the
 *         transaction is unchanged. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_add(cgswap_replace *replace, cgswap_chain *chain,
						 const char *old, cgswap_program *program,
						 const struct cgswap_step_opts *opts);
/**
 * @brief Opens a source for the chain's attach type and adds it as cgswap_replace_add() does. A
 *        program of an object reuses the maps of the old one. It is loaded once for all steps whose
 *        old programs have the same maps, and whose constants get the same values. Programs of one
 *        object whose old programs share a map also share the new maps.
 * @param source as for cgswap_program_open().
 * @return As cgswap_replace_add() and cgswap_program_open(); pin_left (CGSWAP_MAPS_REQUIRE). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_add_source(cgswap_replace *replace,
							cgswap_chain *chain, const char *old,
							const char *source,
							const struct cgswap_step_opts *opts);
/**
 * @brief Adds a step for each program of an object: it replaces the one entry that has its name, in
 *        the chain of its attach type. The programs are loaded with one set of maps, and the maps of
 *        all the old programs may be reused. Cgroups whose old programs have the same maps share the
 *        new programs. If the object is loaded, these programs are used, with their maps.
 * @param cgroup as for cgswap_chain_open().
 * @param opts   may be NULL.
 * @return CGSWAP_OK, or, with the list of programs: not_attached (no entry has the name),
 *         selector_ambiguous (several entries or programs fit each other); map_changed also if two
 *         old programs have different maps where the object has one, and constants_changed if they
 *         have different values of a constant, which the new ones share; pin_left
 *         (CGSWAP_MAPS_REQUIRE); and as cgswap_object_load(), cgswap_chain_open() and
 *         cgswap_replace_add(). On failure the transaction is unchanged. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_add_object(cgswap_replace *replace, const char *cgroup,
							cgswap_object *object,
							const struct cgswap_object_opts *opts);
/**
 * @brief Adds a step for the cgroup and each one below it that holds the old program, as a plain entry
 *        or by a link. An object is loaded once for all old programs that share their maps and
 *        constants, and once for each that has its own. A cgroup that is removed later is not a
 *        failure of its step. When the steps are done, a commit looks for cgroups that came meanwhile, and
 *        does them too, until it finds none.
 * @param cgroup      as for cgswap_chain_open().
 * @param attach_type as for cgswap_chain_open().
 * @param old         a selector for many cgroups: id:N, name:NAME, tag:HEX, or the pin or descriptor
 *                    of a program.
 * @param source      as for cgswap_program_open().
 * @param opts        may be NULL.
 * @return CGSWAP_OK, or: not_attached (no cgroup holds it), tags_differ (it is not the same program
 *         everywhere, and the option to allow that is not given), denied_by_policy (also where
 *         cgroups below it cannot be listed), cancelled, missing_cap_sys_admin, and as
 *         cgswap_chain_open(), cgswap_replace_add() and cgswap_program_open(): the error of the first
 *         cgroup that is refused, which names some of the others. On failure the transaction is
 *         unchanged. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_add_recursive(cgswap_replace *replace,
							   const char *cgroup,
							   const char *attach_type, const char *old,
							   const char *source,
							   const struct cgswap_step_opts *opts);
/**
 * @brief Checks whether a commit would succeed now; changes nothing. Each step stores its cause.
 * @return CGSWAP_OK, or the first error that cgswap_replace_commit() would give. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_check(cgswap_replace *replace);
/**
 * @brief Does all steps or none: if a step fails, the steps before it are rolled back.
 *
 * A step whose entry or mode has changed since it was added fails with lost_race, link_detached or
 * own_mode_conflict, whatever else forbids the swap too. "None" has one exception: the kernel refuses
 * to put an old program back into a chain that others have filled to 64 entries meanwhile. Then the
 * result is rollback_incomplete; call cgswap_replace_rollback() again when others have detached some.
 * @param opts may be NULL.
 * @return CGSWAP_OK, or, with nothing changed: already_attached, chain_full, own_mode_conflict,
 *         ancestor_exclusive, program_type_mismatch, expected_attach_type_mismatch, lost_race,
 *         revision_changed, link_changed, link_detached, unsafe_link_update, held_by_link,
 *         preorder_would_change, cgroup_gone, missing_cap_net_admin, missing_cap_bpf,
 *         missing_cap_perfmon,
 *         kernel_lacks_feature, attach_type_unsupported, attribute_size, verify_failed,
 *         bpffs_not_mounted, pin_exists, pin_failed, cancelled, health_check_failed,
 *         missing_cap_sys_admin (to open a link again); the causes of cgswap_replace_add_recursive()
 *         for cgroups that came meanwhile; for a step added without reading the chain also not_attached, chain_empty,
 *         attached_at_ancestor. Or rollback_incomplete: some changes could not be undone. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_commit(cgswap_replace *replace,
						    const struct cgswap_commit_opts *opts);
/**
 * @brief Restores the old programs, last step first, where the new ones are still attached. The
 *        transaction may be committed again afterwards.
 * Where others have taken a new program off, or put another one in its place, the old one is not put
 * back: the step fails, with that as its cause. It counts as out: it is not rolled back again, and does
 * not keep the transaction from being committed again.
 * @return CGSWAP_OK, or rollback_incomplete: each step that was not undone stores its cause. Since
 *         0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_rollback(cgswap_replace *replace);
/**
 * @brief Waits until no CPU runs a program that commit (or rollback) detached. After that this
 *        program no longer changes its maps. Takes some milliseconds.
 * @return CGSWAP_OK, or: drain_unavailable. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_replace_drain(cgswap_replace *replace);
/**
 * @brief Asks the running commit, or else the next one, to stop before its next step and to roll
 *        back. May be called from any thread and from a signal handler. Since 0.1.
 */
CGSWAP_API void cgswap_replace_cancel(cgswap_replace *replace);
/** @brief Returns the ID of the transaction that the last commit or rollback was, also without a
 *         journal: no other one on this host has it. With a journal cgswap_session_recover() shows
 *         it. 0 before the first commit. Since 0.1. */
CGSWAP_API uint64_t cgswap_replace_get_id(const cgswap_replace *replace);
/** @brief Returns the number of steps. Since 0.1. */
CGSWAP_API size_t cgswap_replace_get_length(const cgswap_replace *replace);
/** @brief Returns a step, from 0; NULL past the end. Owned by the replace, valid until it is closed
 *         or freed. Since 0.1. */
CGSWAP_API const cgswap_step *cgswap_replace_get_step(const cgswap_replace *replace, size_t index);

/**
 * @brief Returns the number of groups of the swaps: the old programs of a group have the same tag and
 *        maps, and get the same new program. Since 0.1.
 */
CGSWAP_API size_t cgswap_replace_get_group_count(const cgswap_replace *replace);
/** @brief Returns the number of swaps in a group; 0 past the end. Since 0.1. */
CGSWAP_API size_t cgswap_replace_get_group_length(const cgswap_replace *replace, size_t index);
/** @brief Returns the id of the old program of a group's first swap; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_replace_get_group_old_id(const cgswap_replace *replace, size_t index);
/** @brief Returns the id of a group's new program; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_replace_get_group_new_id(const cgswap_replace *replace, size_t index);
/** @brief Returns the name of a group's old programs; "" past the end. Owned by the replace. Since
 *         0.1. */
CGSWAP_API const char *cgswap_replace_get_group_name(const cgswap_replace *replace, size_t index);
/** @brief Returns the tag of a group's old programs, 16 hexadecimal digits; "" past the end. Owned by
 *         the replace. Since 0.1. */
CGSWAP_API const char *cgswap_replace_get_group_tag(const cgswap_replace *replace, size_t index);
/** @brief Returns the number of maps of a group's first old program. Since 0.1. */
CGSWAP_API size_t cgswap_replace_get_group_map_count(const cgswap_replace *replace, size_t index);
/** @brief Returns the id of a map of a group's first old program; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_replace_get_group_map_id(const cgswap_replace *replace, size_t index,
						    size_t map);

/** @brief Returns the kind of an event; 0 for NULL. Since 0.1. */
CGSWAP_API enum cgswap_event_kind cgswap_event_get_kind(const cgswap_event *event);
/** @brief Returns the ID of the transaction, as cgswap_replace_get_id(). Since 0.1. */
CGSWAP_API uint64_t cgswap_event_get_transaction(const cgswap_event *event);
/** @brief Returns the number of steps that are done. Since 0.1. */
CGSWAP_API size_t cgswap_event_get_done(const cgswap_event *event);
/** @brief Returns the number of all steps. Since 0.1. */
CGSWAP_API size_t cgswap_event_get_total(const cgswap_event *event);
/** @brief Returns the number of steps that were refused so far. Since 0.1. */
CGSWAP_API size_t cgswap_event_get_refused(const cgswap_event *event);
/** @brief Returns the number of steps whose cgroup was removed, and that were skipped. Since 0.1. */
CGSWAP_API size_t cgswap_event_get_gone(const cgswap_event *event);
/** @brief Returns the number of the wave, from 1; 0 before the first. Since 0.1. */
CGSWAP_API size_t cgswap_event_get_wave(const cgswap_event *event);
/** @brief Returns the index of the event's step; SIZE_MAX if it has none, 0 for NULL. Since 0.1. */
CGSWAP_API size_t cgswap_event_get_step(const cgswap_event *event);
/** @brief Returns the cgroup of the event's step; "" if it has none. Owned by the replace. Since
 *         0.1. */
CGSWAP_API const char *cgswap_event_get_cgroup(const cgswap_event *event);
/** @brief Returns the id of that cgroup; 0 if the event has no step. Since 0.1. */
CGSWAP_API uint64_t cgswap_event_get_cgroup_id(const cgswap_event *event);
/** @brief Returns the attach type of the event's step; "" if it has none. A constant. Since 0.1. */
CGSWAP_API const char *cgswap_event_get_attach_type(const cgswap_event *event);
/** @brief Returns the cause why the event's step failed; NONE if it did not. Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_event_get_cause(const cgswap_event *event);

/** @brief Returns the step's chain. Owned by the step; use cgswap_chain_ref() to keep it. That of a
 *         step of cgswap_replace_add_recursive() has to be read first. Since 0.1. */
CGSWAP_API cgswap_chain *cgswap_step_get_chain(const cgswap_step *step);
/** @brief Returns the position that the step recorded; CGSWAP_POSITION_UNKNOWN if the chain
 *         could not be read, or until the swap if a link holds one of several entries of the same
 *         program. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_position(const cgswap_step *step);
/** @brief Returns the id of the program to be replaced; 0 if the step attaches. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_old_id(const cgswap_step *step);
/** @brief Returns the id of the new program. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_new_id(const cgswap_step *step);
/** @brief Returns the step's state; 0 for NULL. Since 0.1. */
CGSWAP_API enum cgswap_step_state cgswap_step_get_state(const cgswap_step *step);
/** @brief Returns true if the chain was read after the swap and had the new program in its
 *         position. Since 0.1. */
CGSWAP_API bool cgswap_step_get_verified(const cgswap_step *step);
/** @brief Returns false if the last check found nothing against the step, but a cgroup that this
 *         process cannot see may forbid it, as for cgswap_chain_get_certain(). Since 0.1. */
CGSWAP_API bool cgswap_step_get_certain(const cgswap_step *step);
/** @brief Returns true if a probe program was in the chain for a moment to find the preorder flag,
 *         which moved the chain's revision by two. Since 0.1. */
CGSWAP_API bool cgswap_step_get_probe_attached(const cgswap_step *step);
/** @brief Returns the cause if the step failed in the last check, commit or rollback; else NONE.
 *         Since 0.1. */
CGSWAP_API enum cgswap_cause cgswap_step_get_cause(const cgswap_step *step);
/** @brief Returns the id of the link that the step updates; 0 for an entry without a link. Since
 *         0.1. */
CGSWAP_API uint32_t cgswap_step_get_link_id(const cgswap_step *step);
/** @brief Returns the condition that the kernel checked; 0 for NULL or until the step is done.
 *         Since 0.1. */
CGSWAP_API enum cgswap_guard cgswap_step_get_guard(const cgswap_step *step);
/** @brief Returns the chain's revision right after the swap; 0 if unknown. Since 0.1. */
CGSWAP_API uint64_t cgswap_step_get_revision(const cgswap_step *step);
/** @brief Returns the number of maps that the new program uses. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_map_count(const cgswap_step *step);
/** @brief Returns the id of a map of the new program; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_map_id(const cgswap_step *step, size_t index);
/** @brief Returns the name of a map of the new program, as cgswap_program_get_map_name(); "" past
 *         the end. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_map_name(const cgswap_step *step, size_t index);
/** @brief Returns true if the old program uses the same map, or for the programs of an object another
 *         old program, so that its contents are preserved. Since 0.1. */
CGSWAP_API bool cgswap_step_get_map_kept(const cgswap_step *step, size_t index);
/** @brief Returns the reason why the map was reused or not, in a few words; "" past the end. Owned
 *         by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_map_reason(const cgswap_step *step, size_t index);
/** @brief Returns true if the map's timers end with this process, as
 *         cgswap_program_get_map_timers_end(). Since 0.1. */
CGSWAP_API bool cgswap_step_get_map_timers_end(const cgswap_step *step, size_t index);
/** @brief Returns the number of dropped maps: those that the old program uses and the new one does
 *         not, except read-only data. Another new program of an object may use one. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_dropped_map_count(const cgswap_step *step);
/** @brief Returns the id of a dropped map, in ascending order; 0 past the end. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_dropped_map_id(const cgswap_step *step, size_t index);
/** @brief Returns the name of a dropped map, in full where BTF has it; "" past the end or if the
 *         map cannot be opened (it may then be read-only data). Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_dropped_map_name(const cgswap_step *step, size_t index);
/** @brief Returns the number of pins that the swap leaves behind: pins of the old program, and of its
 *         dropped maps that no other new program of the object uses. A process that opens such a pin
 *         gets the old version. Only cgswap_replace_add_source() and cgswap_replace_add_object() look
 *         for them, once for a transaction: at the pins of programs and maps below the session's bpffs
 *         that the process may open, of the first 1,000 pins (with CGSWAP_MAPS_REQUIRE, all).
 *         Since 0.1. */
CGSWAP_API size_t cgswap_step_get_left_pin_count(const cgswap_step *step);
/** @brief Returns the path of such a pin; "" past the end. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_left_pin_path(const cgswap_step *step, size_t index);
/** @brief Returns the id of the dropped map that is pinned there; 0 for the old program, and past the
 *         end. Since 0.1. */
CGSWAP_API uint32_t cgswap_step_get_left_pin_map_id(const cgswap_step *step, size_t index);
/** @brief Returns the number of maps of the object that want a pin by their names, and are not created
 *         since no chosen program uses them. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_unpinned_map_count(const cgswap_step *step);
/** @brief Returns the name of such a map; "" past the end. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_unpinned_map_name(const cgswap_step *step, size_t index);
/** @brief Returns the number of constants whose value is another in the old program than in the new
 *         object, or was chosen by name. If the new program was loaded already, those whose value is
 *         another in the old program. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_constant_count(const cgswap_step *step);
/** @brief Returns the name of a constant; "" past the end. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_constant_name(const cgswap_step *step, size_t index);
/** @brief Returns the value that a constant has in the new program, as text; "" past the end. Owned
 *         by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_constant_value(const cgswap_step *step, size_t index);
/** @brief Returns the value of a constant in the old program; "" past the end, or if it has none or
 *         it is unknown. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_constant_old_value(const cgswap_step *step, size_t index);
/** @brief Returns the value of a constant in the new object; "" past the end, or if the new program
 *         was loaded already. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_constant_file_value(const cgswap_step *step, size_t index);
/** @brief Returns the reason why a constant has its value, in a few words; "" past the end. Owned by
 *         the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_constant_reason(const cgswap_step *step, size_t index);
/** @brief Returns the number of dropped constants: those of the old program, other than 0 or set by a
 *         loader, that the new object does not have. Since 0.1. */
CGSWAP_API size_t cgswap_step_get_dropped_constant_count(const cgswap_step *step);
/** @brief Returns the name of a dropped constant; "" past the end. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_dropped_constant_name(const cgswap_step *step, size_t index);
/** @brief Returns the value of a dropped constant; "" past the end. Owned by the step. Since 0.1. */
CGSWAP_API const char *cgswap_step_get_dropped_constant_value(const cgswap_step *step, size_t index);

/* ---- recover ----------------------------------------------------------------------------- */

/** Options of cgswap_session_recover(). Since 0.1. */
struct cgswap_recover_opts {
	size_t sz;
	enum cgswap_recover action;
	int32_t wait_ms;   /**< how long to wait for the end of a running transaction */
	uint32_t old_maps; /**< nonzero: also if slots of a program array were emptied since */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief Reads the journal of a transaction whose process died, and ends the transaction: every
 *        entry gets the new program (FINISH) or the old one (UNDO), all or none of them.
 *
 * Only an entry that still has the old program or the new one is touched: an entry that another
 * process has changed, and a cgroup that was removed, also if there is another one at its path, are
 * left alone. The pins of the entries follow. Afterwards neither the journal nor its pins are left,
 * and the history has a record of the transaction. A journal of an earlier boot is only removed, since
 * attachments do not outlive the boot.
 * @param out  set to the record and to what each entry has in the end; its id is 0, and it has no
 *             steps, if no transaction is unfinished. Owned by the caller: cgswap_journal_close() and
 *             _unref(). May be NULL.
 * @param opts may be NULL: CGSWAP_RECOVER_LIST.
 * @return CGSWAP_OK, or, with nothing changed: transaction_busy (its process is alive),
 *         journal_damaged, journal_unwritable, undo_loses_state (slots of a program array that a
 *         program would use again were emptied), program_not_found (a program was unloaded),
 *         bpffs_not_mounted (the pins are in another bpffs than this process has), and as
 *         cgswap_chain_open() and cgswap_replace_commit(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_recover(cgswap_journal **out, cgswap_session *session,
						     const struct cgswap_recover_opts *opts);
/** @brief Takes a reference. @return The same journal; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_journal *cgswap_journal_ref(cgswap_journal *journal);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_journal_unref(cgswap_journal *journal);
/** @brief Closes the handle; the files stay. Closing twice is allowed. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_journal_close(cgswap_journal *journal);
/** @brief Returns the number of the transaction; 0 if there is none. Since 0.1. */
CGSWAP_API uint64_t cgswap_journal_get_id(const cgswap_journal *journal);
/** @brief Returns the id of the process that ran it. Since 0.1. */
CGSWAP_API uint32_t cgswap_journal_get_pid(const cgswap_journal *journal);
/** @brief Returns the id of the user who ran it. Since 0.1. */
CGSWAP_API uint32_t cgswap_journal_get_uid(const cgswap_journal *journal);
/** @brief Returns the command line of that process, cut if it is long; "" if it is unknown. Owned by
 *         the journal. Since 0.1. */
CGSWAP_API const char *cgswap_journal_get_command(const cgswap_journal *journal);
/** @brief Returns the time when it began, in seconds since 1970. Since 0.1. */
CGSWAP_API int64_t cgswap_journal_get_began_at(const cgswap_journal *journal);
/** @brief Returns how it ended: "done" or "undone"; "" if it has not ended. Since 0.1. */
CGSWAP_API const char *cgswap_journal_get_ended(const cgswap_journal *journal);
/** @brief Returns the number of steps. Since 0.1. */
CGSWAP_API size_t cgswap_journal_get_length(const cgswap_journal *journal);
/** @brief Returns the path of a step's cgroup; "" past the end. Owned by the journal. Since 0.1. */
CGSWAP_API const char *cgswap_journal_get_step_cgroup(const cgswap_journal *journal, size_t index);
/** @brief Returns the id of a step's cgroup. Since 0.1. */
CGSWAP_API uint64_t cgswap_journal_get_step_cgroup_id(const cgswap_journal *journal, size_t index);
/** @brief Returns the attach type of a step ("cgroup_inet_egress"). A constant. Since 0.1. */
CGSWAP_API const char *cgswap_journal_get_step_attach_type(const cgswap_journal *journal,
							   size_t index);
/** @brief Returns the id of a step's link; 0: a plain entry. Since 0.1. */
CGSWAP_API uint32_t cgswap_journal_get_step_link_id(const cgswap_journal *journal, size_t index);
/** @brief Returns the id of a step's old program. Since 0.1. */
CGSWAP_API uint32_t cgswap_journal_get_step_old_id(const cgswap_journal *journal, size_t index);
/** @brief Returns the name of a step's old program. Owned by the journal. Since 0.1. */
CGSWAP_API const char *cgswap_journal_get_step_old_name(const cgswap_journal *journal, size_t index);
/** @brief Returns the id of a step's new program. Since 0.1. */
CGSWAP_API uint32_t cgswap_journal_get_step_new_id(const cgswap_journal *journal, size_t index);
/** @brief Returns the name of a step's new program. Owned by the journal. Since 0.1. */
CGSWAP_API const char *cgswap_journal_get_step_new_name(const cgswap_journal *journal, size_t index);
/** @brief Returns the path of a step's pin; "" for none. Owned by the journal. Since 0.1. */
CGSWAP_API const char *cgswap_journal_get_step_pin(const cgswap_journal *journal, size_t index);
/** @brief Returns what a step's entry has now. Since 0.1. */
CGSWAP_API enum cgswap_entry_state cgswap_journal_get_step_state(const cgswap_journal *journal,
							   size_t index);

/* ---- undo, history ----------------------------------------------------------------------- */

/** Options of cgswap_session_undo(). Since 0.1. */
struct cgswap_undo_opts {
	size_t sz;
	uint64_t id;       /**< the number of the transaction; 0: the newest that is held */
	int32_t wait_ms;   /**< how long to wait for the end of a running transaction */
	uint32_t old_maps; /**< nonzero: also if the maps of the old programs are not as they would be */
};

/**
 * @brief Takes a transaction back that ended long ago, also one of another process: the entries that
 *        still have its new programs get the old ones, all or none of them, in one transaction with a
 *        journal, which cgswap_session_recover() can end if this process dies.
 *
 * The transaction was made with keep_old. An entry that another process has changed since, and a
 * cgroup that was removed, also if there is another one at its path, are left alone. A pin that named
 * the old program names it again, and so it is with a pin of a map by its name that the transaction
 * moved to a new map; one that it made is removed, unless a program of others uses the map since.
 * Afterwards the transaction is held no longer.
 * @param out  set to the record and to what each entry has in the end. Owned by the caller:
 *             cgswap_journal_close() and _unref(). May be NULL.
 * @param opts may be NULL: the newest transaction that is held.
 * @return CGSWAP_OK, or, with nothing changed: transaction_not_held; transaction_superseded (a newer
 *         one that is held replaced its new programs); not_attached (none of its new programs is
 *         attached where it attached them); undo_loses_state (a map of an old program is as it was
 *         at the swap, since the new one uses another, or slots of a program array were emptied);
 *         transaction_busy, transaction_unfinished, journal_damaged, journal_unwritable,
 *         bpffs_not_mounted; and as cgswap_chain_open() and cgswap_replace_commit(). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_undo(cgswap_journal **out, cgswap_session *session,
						  const struct cgswap_undo_opts *opts);

/**
 * @brief Lets a transaction go: its old programs are held no longer, and it cannot be undone.
 * @return CGSWAP_OK, or: transaction_not_held, transaction_busy, journal_unwritable, pin_failed,
 *         bpffs_not_mounted (the pins are in another bpffs than this process has), journal_damaged
 *         (the record does not tell where the pins are). Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_session_forget(cgswap_session *session, uint64_t id);

/**
 * @brief Reads the history: the transactions with a journal that ended, the newest first, and before
 *        them one that has not ended.
 * @param out set to the history, owned by the caller: cgswap_history_close() and _unref().
 * @return CGSWAP_OK, or: bad_argument (without a directory for it), journal_unwritable. Since 0.1.
 */
CGSWAP_API enum cgswap_status cgswap_history_open(cgswap_history **out, cgswap_session *session);
/** @brief Takes a reference. @return The same history; NULL for NULL. Since 0.1. */
CGSWAP_API cgswap_history *cgswap_history_ref(cgswap_history *history);
/** @brief Drops a reference; the last one closes and frees the handle. NULL is allowed. Since
 *         0.1. */
CGSWAP_API void cgswap_history_unref(cgswap_history *history);
/** @brief Closes the handle; the files stay. Closing twice is allowed. Since 0.1. */
CGSWAP_API enum cgswap_status cgswap_history_close(cgswap_history *history);
/** @brief Returns the number of transactions. Since 0.1. */
CGSWAP_API size_t cgswap_history_get_length(const cgswap_history *history);
/** @brief Returns the number of a transaction; 0 past the end. Since 0.1. */
CGSWAP_API uint64_t cgswap_history_get_id(const cgswap_history *history, size_t index);
/** @brief Returns the id of the process that ran it. Since 0.1. */
CGSWAP_API uint32_t cgswap_history_get_pid(const cgswap_history *history, size_t index);
/** @brief Returns the id of the user who ran it. Since 0.1. */
CGSWAP_API uint32_t cgswap_history_get_uid(const cgswap_history *history, size_t index);
/** @brief Returns the command line of that process, cut if it is long; "" if it is unknown. Owned by
 *         the history. Since 0.1. */
CGSWAP_API const char *cgswap_history_get_command(const cgswap_history *history, size_t index);
/** @brief Returns the time when it began, in seconds since 1970. Since 0.1. */
CGSWAP_API int64_t cgswap_history_get_began_at(const cgswap_history *history, size_t index);
/** @brief Returns how it ended: "done" or "undone"; "" for one that a shutdown ended, or, if it is of
 *         this boot, that has not ended: it is running, or its process died. Owned by the history.
 *         Since 0.1. */
CGSWAP_API const char *cgswap_history_get_ended(const cgswap_history *history, size_t index);
/** @brief Returns the number of its steps. Since 0.1. */
CGSWAP_API size_t cgswap_history_get_step_count(const cgswap_history *history, size_t index);
/** @brief Returns the number of the transaction that it took back; 0: none. Since 0.1. */
CGSWAP_API uint64_t cgswap_history_get_undoes(const cgswap_history *history, size_t index);
/** @brief Returns the number of the transaction that took it back; 0: none. Since 0.1. */
CGSWAP_API uint64_t cgswap_history_get_undone_by(const cgswap_history *history, size_t index);
/** @brief Returns true unless the machine was booted since. Since 0.1. */
CGSWAP_API bool cgswap_history_is_of_this_boot(const cgswap_history *history, size_t index);
/** @brief Returns true if its old programs are held, so that it can be undone. Since 0.1. */
CGSWAP_API bool cgswap_history_is_held(const cgswap_history *history, size_t index);
/** @brief Returns the memory of what is held of it, in bytes: the old programs, and their maps that the
 *         new ones do not use. Since 0.1. */
CGSWAP_API uint64_t cgswap_history_get_memory(const cgswap_history *history, size_t index);
/** @brief Returns the number of different changes: pairs of an old and a new program. Since 0.1. */
CGSWAP_API size_t cgswap_history_get_change_count(const cgswap_history *history, size_t index);
/** @brief Returns the id of the old program of a change. Since 0.1. */
CGSWAP_API uint32_t cgswap_history_get_change_old_id(const cgswap_history *history, size_t index,
						     size_t change);
/** @brief Returns the name of the old program of a change. Owned by the history. Since 0.1. */
CGSWAP_API const char *cgswap_history_get_change_old_name(const cgswap_history *history, size_t index,
							  size_t change);
/** @brief Returns the id of the new program of a change. Since 0.1. */
CGSWAP_API uint32_t cgswap_history_get_change_new_id(const cgswap_history *history, size_t index,
						     size_t change);
/** @brief Returns the name of the new program of a change. Owned by the history. Since 0.1. */
CGSWAP_API const char *cgswap_history_get_change_new_name(const cgswap_history *history, size_t index,
							  size_t change);
/** @brief Returns the number of steps that made this change. Since 0.1. */
CGSWAP_API size_t cgswap_history_get_change_step_count(const cgswap_history *history, size_t index,
						       size_t change);
/** @brief Returns the number of constants that were set in new programs to another value than their
 *         file's. Since 0.1. */
CGSWAP_API size_t cgswap_history_get_constant_count(const cgswap_history *history, size_t index);
/** @brief Returns the id of the program that has the constant. Since 0.1. */
CGSWAP_API uint32_t cgswap_history_get_constant_program_id(const cgswap_history *history,
							   size_t index, size_t constant);
/** @brief Returns the name of a constant. Owned by the history. Since 0.1. */
CGSWAP_API const char *cgswap_history_get_constant_name(const cgswap_history *history, size_t index,
							size_t constant);
/** @brief Returns the value of a constant. Owned by the history. Since 0.1. */
CGSWAP_API const char *cgswap_history_get_constant_value(const cgswap_history *history, size_t index,
							 size_t constant);

#ifdef __cplusplus
}
#endif

#endif
