/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Only the first line of the record of a transaction that is held tells where its pins are. If that is
 * damaged, a forget and a later transaction leave the record and the pins, and say so.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/state_dir.h"
#include "../lib/tap.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static struct fixture fixture;
static cgswap_session *session;
static bool warned;

static void note(int level, const char *message, void *user)
{
	(void)user;
	warned |= level == CGSWAP_LOG_WARNING && strstr(message, "cannot be let go");
}

/* The directories of transactions in the bpffs. */
static unsigned count_directories(void)
{
	DIR *directory = opendir(BPFFS);
	unsigned count = 0;
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		count += strncmp(entry->d_name, "cgswap_transaction_", 19) == 0;
	if (directory)
		closedir(directory);
	return count;
}

static uint64_t replace(const char *old, int new)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .keep_old = 1, .keep = 1 };
	cgswap_chain *chain = live_chain(session, fixture.cgroup.path, "egress");
	cgswap_program *program = live_program(session, new);
	cgswap_replace *transaction;
	uint64_t id;

	if (cgswap_replace_new(&transaction, session, &opts) ||
	    cgswap_replace_add(transaction, chain, old, program, NULL) ||
	    cgswap_replace_commit(transaction, NULL))
		bail_out("a replace: %s", cgswap_error_get_message(cgswap_last_error()));
	id = cgswap_replace_get_id(transaction);
	cgswap_replace_unref(transaction);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return id;
}

/* Changes a letter of the first line, or puts it back. */
static void change(const char *path)
{
	FILE *file = fopen(path, "r+");
	int letter;

	if (!file || fseek(file, 4, SEEK_SET) || (letter = fgetc(file)) == EOF ||
	    fseek(file, 4, SEEK_SET) || fputc(letter ^ 1, file) == EOF || fclose(file))
		bail_out("the record cannot be changed");
}

int main(void)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .bpffs = BPFFS,
						  .scratch_cgroup = live_scratch,
						  .state_dir = state_dir() };
	char path[256], name[32];
	uint64_t id, second;

	need_live();
	bpffs_private();
	fixture = fixture_new("damaged", 1);
	expect_ok(cgswap_session_open(&session, &opts), "a session");
	cgswap_session_set_log(session, note, NULL, NULL);
	id = replace("name:p0", fixture.spare);
	snprintf(name, sizeof(name), "kept.%llu", (unsigned long long)id);
	snprintf(path, sizeof(path), "%s", state_dir_file(name));
	is_int(count_directories(), 1, "a transaction is held");

	change(path);
	EXPECT_CAUSE(cgswap_session_forget(session, id), JOURNAL_DAMAGED, "a forget");
	expect_message("does not tell where its pins are");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), name, "its remedy names the record");
	ok(state_dir_has(name) && count_directories() == 1, "the record and the pins stay");
	second = replace("pos:0", fixture.progs[0]);
	ok(state_dir_has(name) && count_directories() == 2,
	   "and so they do after a transaction, which is held instead");
	ok(warned, "a warning says so");

	change(path);
	expect_ok(cgswap_session_forget(session, id), "a forget, when the line is as it was");
	expect_ok(cgswap_session_forget(session, second), "of the other one too");
	ok(!state_dir_has(name) && !count_directories(), "nothing is left");
	cgswap_session_unref(session);
	fixture_free(&fixture);
	return done_testing();
}
