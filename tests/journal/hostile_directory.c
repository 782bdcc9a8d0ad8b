/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A state directory that another user could write to is refused, and so is a file in it that is not
 * an ordinary file of ours, such as a link, a pipe or a directory: nothing outside is written, and
 * no call waits. Pins of others in the directory of a transaction, and a directory that a journal
 * names although no transaction made it, are left alone.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include "journal/journal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER_USER = 12345 };

static struct fixture fixture;
static struct raw_chain before;
static char victim[128];

/* ---- calls ----------------------------------------------------------------------------------- */

static cgswap_session *open_session(const char *directory)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .scratch_cgroup = live_scratch,
						  .state_dir = directory };
	cgswap_session *session;

	if (cgswap_session_open(&session, &opts))
		bail_out("no session");
	return session;
}

static enum cgswap_status commit(const char *directory, cgswap_progress_fn progress)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .journal = 1 };
	const struct cgswap_commit_opts how = { .sz = sizeof(how), .progress = progress };
	cgswap_session *session = open_session(directory);
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, fixture.spare);
	enum cgswap_status status;
	cgswap_replace *replace;

	status = cgswap_replace_new(&replace, session, &opts);
	if (!status)
		status = cgswap_replace_add(replace, chain, "name:p0", program, NULL);
	if (!status)
		status = cgswap_replace_commit(replace, &how);
	if (!status && cgswap_replace_rollback(replace))
		bail_out("no rollback");
	cgswap_replace_unref(replace);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	return status;
}

static enum cgswap_status recover(const char *directory)
{
	cgswap_session *session = open_session(directory);
	enum cgswap_status status = cgswap_session_recover(NULL, session, NULL);

	cgswap_session_unref(session);
	return status;
}

static void victim_unchanged(const char *name)
{
	struct stat status;

	ok(!stat(victim, &status) && status.st_size == 7, "%s: the file outside is as it was", name);
}

/* ---- the directory --------------------------------------------------------------------------- */

static void directories(void)
{
	char target[128], link[128];

	snprintf(target, sizeof(target), "%s/target", state_dir());
	snprintf(link, sizeof(link), "%s/link", state_dir());
	if (mkdir(target, 0700) || symlink(target, link))
		bail_out("no directory");
	EXPECT_CAUSE(commit(link, NULL), JOURNAL_UNWRITABLE, "the directory is a link");
	expect_message("is a symbolic link");
	EXPECT_CAUSE(recover(link), JOURNAL_UNWRITABLE, "a recover there");
	ok(rmdir(target) == 0 && mkdir(target, 0700) == 0, "nothing was written there");
	if (chmod(target, 0777))
		bail_out("chmod");
	EXPECT_CAUSE(commit(target, NULL), JOURNAL_UNWRITABLE, "all may write to it");
	expect_message("can be written by other users");
	EXPECT_CAUSE(recover(target), JOURNAL_UNWRITABLE, "a recover there");
	if (chmod(target, 0720))
		bail_out("chmod");
	EXPECT_CAUSE(commit(target, NULL), JOURNAL_UNWRITABLE, "a group may write to it");
	if (chmod(target, 0755) || chown(target, OTHER_USER, 0))
		bail_out("chown");
	EXPECT_CAUSE(commit(target, NULL), JOURNAL_UNWRITABLE, "it is another user's");
	expect_message("belongs to another user");
	EXPECT_CAUSE(recover(target), JOURNAL_UNWRITABLE, "a recover there");
	ok(rmdir(target) == 0, "nothing was written there");
	unlink(link);
}

/* ---- files in it ----------------------------------------------------------------------------- */

enum strange { SYMLINK, HARD_LINK, DIRECTORY, PIPE, HUGE, OTHERS, STRANGE };

static const char *const strange_names[] = { "a symbolic link", "a hard link", "a directory",
					     "a pipe", "a huge file", "another user's file" };

static void make_strange(const char *path, enum strange kind)
{
	int err = 0, fd;

	if (kind == SYMLINK)
		err = symlink(victim, path);
	else if (kind == HARD_LINK)
		err = link(victim, path);
	else if (kind == DIRECTORY)
		err = mkdir(path, 0700);
	else if (kind == PIPE)
		err = mkfifo(path, 0600);
	if (kind >= HUGE) {
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		err = fd < 0 || (kind == HUGE && ftruncate(fd, 1LL << 40)) ||
		      (kind == OTHERS && fchown(fd, OTHER_USER, 0));
		close(fd);
	}
	if (err)
		bail_out("cannot make %s", strange_names[kind]);
}

static void file(const char *name, enum strange kind)
{
	const char *path = state_dir_file(name);
	bool is_history = strcmp(name, "history") == 0;
	char text[128];

	state_dir_clear();
	make_strange(path, kind);
	snprintf(text, sizeof(text), "%s is %s", name, strange_names[kind]);
	if (is_history) {
		/* the transaction ends without a line in it */
		expect_ok(commit(state_dir(), NULL), "%s: a commit", text);
		expect_ok(recover(state_dir()), "%s: a recover", text);
	} else if (strcmp(name, "journal") == 0) {
		EXPECT_CAUSE(commit(state_dir(), NULL), JOURNAL_DAMAGED, "%s: a commit", text);
		EXPECT_CAUSE(recover(state_dir()), JOURNAL_DAMAGED, "%s: a recover", text);
	} else {
		EXPECT_CAUSE(commit(state_dir(), NULL), JOURNAL_UNWRITABLE, "%s: a commit", text);
		EXPECT_CAUSE(recover(state_dir()), JOURNAL_UNWRITABLE, "%s: a recover", text);
	}
	victim_unchanged(text);
	if (!is_history)
		chain_untouched(fixture.cgroup.fd, EGRESS, &before, text);
	rmdir(path);
}

static void files(void)
{
	static const char *const names[] = { "lock", "journal", "journal.new", "history" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (int kind = 0; kind < STRANGE; kind++)
			file(names[i], (enum strange)kind);
	state_dir_clear();
}

/* ---- pins ------------------------------------------------------------------------------------ */

static char foreign[512];

/* Pins a program of its own beside those of the transaction. */
static int pin_beside(size_t done, size_t total, void *user)
{
	DIR *directory = opendir(BPFFS);
	struct dirent *entry;

	(void)done;
	(void)total;
	(void)user;
	while (directory && (entry = readdir(directory))) {
		if (strncmp(entry->d_name, "cgswap", 6))
			continue;
		snprintf(foreign, sizeof(foreign), BPFFS "/%s/theirs", entry->d_name);
		raw_pin(fixture.spare, foreign);
	}
	if (directory)
		closedir(directory);
	return 0;
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void pins_of_others(void)
{
	char *slash;

	expect_ok(commit(state_dir(), pin_beside), "another process pins beside the transaction");
	ok(is_there(foreign) && !state_dir_has("journal"), "its pin stays, and no journal");
	expect_ok(commit(state_dir(), NULL), "the next transaction");
	raw_unpin(foreign);
	slash = strrchr(foreign, '/');
	*slash = '\0';
	ok(rmdir(foreign) == 0, "only its pin was there");
}

/* A journal of another boot, which is removed with the pins that it names. */
static void write_journal(const char *pins)
{
	const struct journal_who who = { .pid = 1, .command = "by hand" };
	struct journal_text text = { 0 };
	FILE *file = fopen(state_dir_file("journal"), "w");

	journal_text_begin(&text, "transaction");
	journal_text_number(&text, "version", JOURNAL_VERSION);
	journal_text_number(&text, "id", 7);
	journal_who_write(&text, &who);
	journal_text_string(&text, "boot", "another");
	journal_text_string(&text, "pins", pins);
	journal_text_end(&text);
	journal_text_begin(&text, "ready");
	journal_text_number(&text, "steps", 0);
	journal_text_number(&text, "maps", 0);
	journal_text_end(&text);
	fwrite(text.data, 1, text.length, file);
	fclose(file);
	journal_text_free(&text);
}

static void named_pins(void)
{
	const char *directory = BPFFS "/theirs", *pin = BPFFS "/theirs/p1";
	char outside[160];

	if (mkdir(directory, 0700) || raw_pin(fixture.spare, pin))
		bail_out("no pin");
	write_journal(directory);
	expect_ok(recover(state_dir()), "a journal of another boot names pins of others");
	ok(is_there(pin) && !state_dir_has("journal"), "they stay");
	raw_unpin(pin);
	rmdir(directory);
	snprintf(outside, sizeof(outside), "%s/cgswap_transaction_1_0", state_dir());
	mkdir(outside, 0700);
	write_journal(outside);
	strcat(outside, "/p1");
	close(open(outside, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	expect_ok(recover(state_dir()), "a journal of another boot names files outside a bpffs");
	ok(is_there(outside), "they stay");
	unlink(outside);
	*strrchr(outside, '/') = '\0';
	rmdir(outside);
}

int main(void)
{
	int fd;

	need_live();
	bpffs_private();
	fixture = fixture_new("hostile", 1);
	before = fixture_chain(&fixture);
	snprintf(victim, sizeof(victim), "%s.victim", state_dir());
	fd = open(victim, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "victim\n", 7) != 7)
		bail_out("no file");
	close(fd);
	if (chown(victim, 0, 0))
		skip_all("this process cannot change the owner of a file");
	directories();
	files();
	pins_of_others();
	named_pins();
	unlink(victim);
	fixture_free(&fixture);
	return done_testing();
}
