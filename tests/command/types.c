/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `types` lists every attach type, and each spelling that it prints, and that of the kernel's header,
 * names the type wherever one is expected.
 */
#include "../lib/command.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

static cgswap_session *session;
static struct scratch cgroup;

static const char *text_of(const json_t *type, const char *key)
{
	const char *text = json_string_value(json_object_get(type, key));

	return text ? text : "";
}

static void names(const char *word, const char *full)
{
	cgswap_chain *chain;

	if (cgswap_chain_open(&chain, session, cgroup.path, word))
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	is_str(cgswap_chain_get_attach_type(chain), full, "%s names %s", word, full);
	cgswap_chain_unref(chain);
}

static void check_type(const json_t *type)
{
	const char *full = text_of(type, "name");
	json_t *sections = json_object_get(type, "sections"), *section;
	char enumerator[64] = "BPF_";
	size_t i;

	ok(*text_of(type, "program_type"), "%s has a program type", full);
	ok(*text_of(type, "sees"), "%s has a description", full);
	ok(json_array_size(sections) > 0, "%s has sections", full);
	ok(json_is_boolean(json_object_get(type, "supported")), "%s says if it is here", full);
	if (!json_is_true(json_object_get(type, "supported")))
		return;
	for (i = 0; full[i] && i < sizeof(enumerator) - 5; i++)
		enumerator[4 + i] = (char)toupper((unsigned char)full[i]);
	names(full, full);
	names(text_of(type, "short_name"), full);
	names(enumerator, full);
	json_array_foreach(sections, i, section)
		names(json_string_value(section), full);
	if (!strcmp(full, "lsm_cgroup"))
		names("lsm_cgroup/file_open", full);
}

static void is_unknown(const char *word)
{
	cgswap_chain *chain;

	is_int(cgswap_chain_open(&chain, session, cgroup.path, word), CGSWAP_E_ARGUMENT,
	       "'%s' is not an attach type", word);
}

int main(void)
{
	struct command command;
	json_t *json, *type;
	size_t i;

	need_live();
	session = live_session();
	cgroup = scratch_new("types");
	command = cgswap_run("types", "--json", NULL);
	is_int(command.status, 0, "types --json");
	json = command_json(&command);
	is_int(json_array_size(json_object_get(json, "types")), cgswap_attach_type_get_count(),
	       "it lists all attach types");
	json_array_foreach(json_object_get(json, "types"), i, type)
		check_type(type);
	json_decref(json);
	command_free(&command);
	is_unknown("lsm_cgroup/");
	is_unknown("BPF_CGROUP");
	is_unknown("cgroup/sock_create cgroup/sock");
	is_unknown("cgroup");
	is_unknown("");
	command = cgswap_run("attach", cgroup.path, "cgroup/dev", "id:4294967294", NULL);
	ok(command.status != 2, "the command takes a section's name");
	command_free(&command);
	scratch_remove(&cgroup);
	close(cgroup.fd);
	cgswap_session_unref(session);
	return done_testing();
}
