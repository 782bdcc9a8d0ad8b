/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record of a transaction on disk. The state directory has
 *
 *	lock       held while a transaction exists; says whose it is
 *	journal    the transaction that is under way, or whose process has died; it grows by
 *	           the steps that are found later
 *	journal.new  the same before its first change, while it is being written
 *	kept.ID    a transaction that ended, and whose old programs are held for an undo
 *	shelves    files that name the pins of a transaction of many programs, until its handle
 *	           is closed
 *	history    the records of the transactions that ended
 *
 * The programs of a transaction, and those of their maps whose contents would be lost with their
 * last descriptor, are pinned in a directory of its own in the bpffs. Attachments do not outlive
 * the boot, so that nothing is ever synced to the disk. Each file of this module uses only those
 * above it in this list:
 *
 *	journal_text.c       lines with fields and checksums
 *	journal_errors.c     the errors of the module
 *	journal_file.c       the state directory, and whole files in it
 *	journal_who.c        the process that runs a transaction, and the boot that it runs in
 *	journal_lock.c       one transaction at a time
 *	journal_record.c     reads a record (journal_record.h)
 *	journal_maps.c       maps that lose their contents, and their filled slots
 *	journal_pins.c       the pins of a transaction
 *	journal_shelf.c      the programs that a transaction has closed meanwhile
 *	journal_map_pins.c   the pins of maps by their names that a transaction makes
 *	journal_history.c    the transactions that ended
 *	journal_kept.c       transactions that ended: held for an undo, or cleared up
 *	journal_sweep.c      clears up what a killed process left unfinished
 *	journal_noted.c      which programs have lines in a record that is written
 *	journal_write.c      writes a record
 *	journal_resume.c     goes on with the record of a process that died
 *	journal_loaded.c     writes which constants were set in the programs that cgswap loaded
 *	journal_handle.c     the public handle of a record (journal_handle.h)
 *	journal_forget.c     lets a transaction go
 *	history_memory.c     the memory of what is held for an undo (history_handle.h)
 *	history_handle.c     the public handle of the history
 *	history_get.c        its getters
 */
#ifndef CGSWAP_JOURNAL_JOURNAL_H
#define CGSWAP_JOURNAL_JOURNAL_H

#include <sys/types.h>

#include "base/hash_index.h"
#include "journal/journal_record.h"
#include "journal/journal_text.h"
#include "object/constant_report.h"
#include "program/program.h"

enum { JOURNAL_VERSION = 1 };

/* Files of the state directory. */
#define JOURNAL_CURRENT "journal"
#define JOURNAL_LOCK    "lock"
#define JOURNAL_NEW     "journal.new"
#define JOURNAL_HISTORY "history"

/* ---- journal_errors.c */

/* The state directory, or a file in it, cannot be used; *path is its path. */
enum cgswap_status journal_error_unwritable(struct kernel *kernel, const char *path, int errnum);

/* A path of the state directory that is not a directory, or cannot be one. */
enum cgswap_status journal_error_not_directory(const char *path);

/* The state directory cannot be trusted; how: the beginning of the remedy, or "". */
enum cgswap_status journal_error_unsafe(const char *path, const char *reason, const char *how);

/* A file of the state directory cannot be read. */
enum cgswap_status journal_error_unreadable(struct kernel *kernel, const char *path, int errnum);

/* The journal is not as it was written, in this line, for this reason; 0: no line. */
enum cgswap_status journal_error_damaged(const char *path, size_t line, const char *reason);

/* A process has the lock; who is NULL if it is not known. */
enum cgswap_status journal_error_busy(const char *path, const struct journal_who *who);

/*
 * The options of the command that name the kernel and the state directory of a session, with a
 * blank before each; "" for those that the command uses without them. Returns text.
 */
enum { JOURNAL_OPTION_SIZE = 256 };
const char *journal_option(char text[JOURNAL_OPTION_SIZE], const struct kernel *kernel,
			   const char *state_dir);

struct journal_directory;

/* The transaction of a process that died was not finished. */
enum cgswap_status journal_error_unfinished(const struct journal_directory *directory,
					    const struct journal_record *record);

/* No transaction of this number is held for an undo, or none at all for 0; boot: of another one. */
enum cgswap_status journal_error_not_held(const struct journal_directory *directory, uint64_t id,
					  bool other_boot);

/* Writes the time in UTC, "2026-11-30 09:51:02 UTC", to text; returns text. */
enum { JOURNAL_TIME_SIZE = 32 };
const char *journal_time(char text[JOURNAL_TIME_SIZE], int64_t seconds);

/* ---- journal_file.c */

struct journal_directory {
	struct kernel *kernel; /* for messages */
	char *path;
	char *state_dir; /* the path that was given: a simulated kernel has a directory in it */
	bool is_for_new; /* a transaction begins there: any other directory would do */
	int fd;          /* -1: the directory does not exist */
	int lock;        /* -1: not held */
	uint64_t last_id;
};

/* A file of the directory cannot be opened for writing. */
enum cgswap_status journal_error_file(const struct journal_directory *directory, const char *name,
				      int errnum);

/* Opens the state directory; make: makes it, if its parent exists. */
enum cgswap_status journal_directory_open(struct journal_directory *out, struct kernel *kernel,
					  const char *path, bool make);
void journal_directory_close(struct journal_directory *directory);

/* Opens a file; a descriptor, or a negative errno. */
int journal_file_open(const struct journal_directory *directory, const char *name, int flags);

/* Both return 0 or a negative errno. *data is malloc'ed, with a NUL after its length. */
int journal_file_read(const struct journal_directory *directory, const char *name, char **data,
		      size_t *length);
int journal_file_write(int fd, const char *data, size_t length);

int journal_file_rename(const struct journal_directory *directory, const char *from,
			const char *to);
int journal_file_remove(const struct journal_directory *directory, const char *name);

/* ---- journal_who.c */

/* The id of this boot. */
enum { JOURNAL_BOOT_SIZE = 128 };
enum cgswap_status journal_read_boot(char boot[JOURNAL_BOOT_SIZE], struct kernel *kernel);

/* True if the record is of an earlier boot. */
enum cgswap_status journal_is_of_other_boot(bool *out, struct kernel *kernel,
					    const struct journal_record *record);

/*
 * A new ID for a transaction: the microseconds since 1970, which no other on this host has, and
 * which a double can hold. A state directory sees to it that its own IDs go up.
 */
uint64_t journal_id_make(void);

void journal_who_read(struct journal_who *out);

/* False if its number is of no process, or of another one: it is in another pid namespace, or died.
 */
bool journal_who_is_here(const struct journal_who *who);
void journal_who_write(struct journal_text *text, const struct journal_who *who);
bool journal_who_parse(struct journal_who *out, const struct journal_line *line);

/* ---- journal_lock.c */

/* Locks the state directory, and waits for it for that long; fails with transaction_busy. */
enum cgswap_status journal_lock(struct journal_directory *directory, int wait_ms);
void journal_unlock(struct journal_directory *directory);

/* ---- journal_maps.c */

/* True if the map loses contents with its last descriptor; false also where BTF cannot say. */
bool journal_map_is_volatile(struct kernel *kernel, const struct kernel_map *map);

/*
 * The filled slots of a program array, malloc'ed; "" for any other map. Returns 0 or a negative
 * errno.
 */
int journal_map_slots(char **out, struct kernel *kernel, const struct map_fd *map);

/* Returns the first slot in a list that another does not have; -1: there is none. */
int64_t journal_slots_missing(const char *slots, const char *in);

/* ---- journal_pins.c */

enum { JOURNAL_PIN_SIZE = 16 };

/* Writes the path of a new directory for the pins of a transaction; it is made later. */
enum cgswap_status journal_pins_name(char *path, size_t size, struct cgswap_session *session,
				     uint64_t id);

/* True for the path of a pin of any transaction. */
bool journal_has_pin(const char *path);
enum cgswap_status journal_pins_make(struct cgswap_session *session, const char *path);

/* Writes the path of a pin in the directory. kind: 'p'rogram or 'm'ap. */
void journal_pin_path(char *out, size_t size, const char *path, char kind, uint32_t id);

enum cgswap_status journal_pin(struct cgswap_session *session, const char *path, char kind,
			       uint32_t id, int fd);

/* Opens a pin: a descriptor, or a negative errno. */
int journal_pin_open(struct cgswap_session *session, const char *path, char kind, uint32_t id);

/* Removes one of them, if it is there; 0 or a negative errno. */
int journal_unpin(struct cgswap_session *session, const char *path, char kind, uint32_t id);

/* Removes all of them and the directory; 0 or a negative errno. */
int journal_pins_remove(struct cgswap_session *session, const char *path);

/*
 * Fails if the pins of a record are in a bpffs that this process does not see: they would stay if
 * the record was removed. name: the file of the record.
 */
enum cgswap_status journal_pins_check(struct cgswap_session *session,
				      const struct journal_directory *directory, const char *name,
				      const struct journal_record *record);

/* ---- journal_shelf.c */

/* Where a transaction pins the programs that it has closed and will open again. */
struct journal_shelf {
	struct cgswap_session *session;
	struct journal_directory directory;
	char pins[256], name[32]; /* name: of the file that names the pins */
	int file;                 /* it is locked */
	pid_t owner;
};

enum cgswap_status journal_shelf_open(struct journal_shelf *out, struct cgswap_session *session);

/* Removes the pins. */
void journal_shelf_close(struct journal_shelf *shelf);

/* Removes those of processes that died. What cannot be removed is logged, and stays. */
void journal_shelves_sweep(struct cgswap_session *session,
			   const struct journal_directory *directory);

/* ---- journal_map_pins.c */

/*
 * Writes down the pins of maps that the use of a new program makes, and pins these maps, and those
 * whose pins they take, with the programs at this path.
 */
enum cgswap_status journal_map_pins_write(struct journal_text *text, struct cgswap_session *session,
					  const char *path, const struct program *program);

void journal_map_pin_write(struct journal_text *text, const struct journal_map_pin *pin);

bool journal_map_pin_parse(struct journal_map_pin *out, const struct journal_line *line);

/* ---- journal_history.c */

/*
 * Appends the lines of a record to the history. One that is there already, from a process that was
 * killed right after, is shown once. Returns 0 or a negative errno.
 */
int journal_history_add(const struct journal_directory *directory, const char *name);

struct journal_history {
	struct journal_record **records; /* the oldest first */
	size_t count, damaged;           /* damaged: those that were left out */
};

/* Reads the history; it is empty if there is none. */
enum cgswap_status journal_history_read(struct journal_history *out,
					const struct journal_directory *directory);

/* Adds the newest record, unless it is there. Takes ownership of it, also on failure. */
enum cgswap_status journal_history_take(struct journal_history *history,
					struct journal_record *record);
void journal_history_free(struct journal_history *history);

/* ---- journal_kept.c */

/* Removes what belongs to a transaction that ended: its pins, and the file with its record. */
enum cgswap_status journal_discard(struct cgswap_session *session,
				   const struct journal_directory *directory, const char *name,
				   const char *pins);

/* A transaction that ended, as it is in the file JOURNAL_CURRENT. */
struct journal_ending {
	uint64_t id;
	const char *pins;
	struct journal_aim aim;
	bool done; /* not undone */
};

/*
 * Holds the transaction for an undo, if it is to be held, and else discards it. The transaction
 * that it undoes is let go, and so are the oldest ones that are held beyond the limit, and those of
 * other boots.
 */
enum cgswap_status journal_retire(struct cgswap_session *session,
				  const struct journal_directory *directory,
				  const struct journal_ending *ending);

/* The greatest number of those that are held, of all boots; 0: none is, or it cannot be found out.
 */
uint64_t journal_kept_newest(const struct journal_directory *directory);

/*
 * The transactions that are held, and were of this boot; ascending. *ids is malloc'ed; ids of other
 * boots are left out. Returns 0 or a negative errno.
 */
int journal_kept_list(uint64_t **ids, size_t *count, struct kernel *kernel,
		      const struct journal_directory *directory);

/* Reads one of them; 0: the newest. Fails if it is not held. */
enum cgswap_status journal_kept_read(struct journal_record **out,
				     const struct journal_directory *directory, uint64_t id);

/* Fails if the pins of a transaction that is held are in a bpffs that is not here. */
enum cgswap_status journal_kept_check_pins(struct cgswap_session *session,
					   const struct journal_directory *directory,
					   const struct journal_record *record);

/* Lets one go; true if it was there. One whose pins cannot be found stays: journal_damaged. */
enum cgswap_status journal_kept_forget(bool *was_there, struct cgswap_session *session,
				       const struct journal_directory *directory, uint64_t id);

/* ---- journal_sweep.c */

/*
 * Clears up, with the lock held: a journal that was never put in its place; one that ended, or of
 * an earlier boot. *out is the one that needs a recover, or NULL.
 */
enum cgswap_status journal_sweep(struct journal_record **out, struct cgswap_session *session,
				 const struct journal_directory *directory);

/* ---- journal_noted.c */

/* Programs that have lines in a record. Zeroed: none. */
struct journal_noted {
	struct hash_index all, unwritten;
};

bool journal_noted_has(const struct journal_noted *noted, uint64_t hash,
		       bool (*same)(const void *item, const void *key), const void *key);

/* Allocates for one more. Returns 0 or -ENOMEM. */
int journal_noted_reserve(struct journal_noted *noted);
void journal_noted_add(struct journal_noted *noted, uint64_t hash, void *item);

/* Their lines were written, or dropped: then they are noted again when they are next used. */
void journal_noted_written(struct journal_noted *noted);
void journal_noted_dropped(struct journal_noted *noted);
void journal_noted_free(struct journal_noted *noted);

/* ---- journal_write.c */

/* A transaction that is under way. */
struct journal_writer {
	struct cgswap_session *session;
	struct journal_directory directory; /* its lock is held */
	uint64_t id;
	struct journal_aim aim;
	char pins[256];
	int fd; /* the record; -1: none */
	struct journal_text text;
	pid_t owner;
	size_t written;       /* the length of the file */
	uint32_t written_sum; /* its checksum */
	size_t written_steps;
	bool is_ready;                 /* the record is in its place */
	bool is_cut;                   /* the last note could not be written, nor taken off */
	struct journal_noted programs; /* those that are pinned */
	struct journal_noted loaded;   /* the ids of those that cgswap loaded, as pointers */
	size_t step_count, map_count;
};

/*
 * Begins a transaction: locks the directory, which it makes if make is set, clears up, and refuses
 * if the journal of a process that died is there. journal_begin() also begins the record, which
 * journal_begin_record() does after journal_enter(). Then each step is added, and journal_ready()
 * puts the journal in its place: from then on changes may be made. Steps that are added after it
 * are written, all or none, by journal_grow(), before their changes. A step that is refused takes
 * those with it that were not written yet. A function that begins and fails has closed the writer.
 */
enum cgswap_status journal_enter(struct journal_writer *out, struct cgswap_session *session,
				 const char *path, int wait_ms, bool make);
enum cgswap_status journal_begin_record(struct journal_writer *writer,
					const struct journal_aim *aim);
enum cgswap_status journal_begin(struct journal_writer *out, struct cgswap_session *session,
				 const char *path, int wait_ms, const struct journal_aim *aim);
enum cgswap_status journal_add_step(struct journal_writer *writer, const struct journal_step *step,
				    struct program *old, struct program *new);

/* The pin of a map by its name that a step of an undo takes back, and the maps' descriptors. */
enum cgswap_status journal_add_map_pin(struct journal_writer *writer,
				       const struct journal_map_pin *pin, int fd, int old_fd);
enum cgswap_status journal_ready(struct journal_writer *writer);
enum cgswap_status journal_grow(struct journal_writer *writer);

/* Notes that a step was done or undone. Allocates nothing. */
enum cgswap_status journal_note(struct journal_writer *writer, size_t index,
				enum journal_progress progress);

/*
 * Ends the transaction: "done" or "undone". Its lines go to the history; its pins and its journal
 * are removed. What could not be removed is logged, and the next transaction removes it. The writer
 * is closed after it.
 */
void journal_end(struct journal_writer *writer, const char *how);

/* Leaves a journal that is in its place for a recover, and removes any other. */
void journal_writer_close(struct journal_writer *writer);

/* ---- journal_resume.c */

/*
 * Goes on with the journal of a process that died: locks the directory, clears up, and reads it.
 * *record is NULL if there is none; the writer is closed then. reopen: lines will be added.
 */
enum cgswap_status journal_resume(struct journal_writer *out, struct journal_record **record,
				  struct cgswap_session *session, const char *path, int wait_ms,
				  bool reopen);

/* ---- journal_loaded.c */

/* Notes that cgswap loaded the program, with these constants in it; each program is noted once. */
enum cgswap_status journal_add_loaded(struct journal_writer *writer, const struct program *program,
				      const struct constant_report *constants);

#endif
