/* SPDX-License-Identifier: BSD-2-Clause */
/* A loop of symbolic links is a bad argument, as a cgroup and as the root of a session. */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	char dir[] = "/tmp/cgswap-loop-XXXXXX", path[64];
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .cgroup_root = path };
	cgswap_session *session, *other;
	cgswap_chain *chain;

	need_live();
	session = live_session();
	if (!mkdtemp(dir))
		bail_out("no directory can be made in /tmp");
	snprintf(path, sizeof(path), "%s/loop", dir);
	if (symlink(path, path))
		bail_out("no symbolic link can be made in /tmp");

	EXPECT_CAUSE(cgswap_chain_open(&chain, session, path, "egress"), BAD_ARGUMENT,
		     "a looping path of a cgroup");
	expect_message("ELOOP");
	EXPECT_CAUSE(cgswap_session_open(&other, &opts), BAD_ARGUMENT,
		     "a looping root of a session");
	expect_message("ELOOP");

	unlink(path);
	rmdir(dir);
	cgswap_session_unref(session);
	return done_testing();
}
