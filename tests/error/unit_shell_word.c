/* SPDX-License-Identifier: BSD-2-Clause */
/* A path in a command that is printed is one word of a shell, and means the path again. */
#include "../lib/tap.h"

#include "base/shell_word.h"

#include <stdio.h>
#include <string.h>

enum { SIZE = 4096 };

static void said_by_shell(char said[SIZE], const char *word)
{
	char command[2 * SIZE];
	size_t length;
	FILE *shell;

	snprintf(command, sizeof(command), "printf '%%s|' %s", word);
	shell = popen(command, "r");
	if (!shell)
		bail_out("cannot run a shell");
	length = fread(said, 1, SIZE - 1, shell);
	said[length] = '\0';
	pclose(shell);
}

static void means(const char *text)
{
	char word[SIZE], said[SIZE], wanted[SIZE + 1];

	ok(shell_word(word, sizeof(word), text), "%zu bytes fit", strlen(text));
	said_by_shell(said, word);
	snprintf(wanted, sizeof(wanted), "%s|", text);
	is_str(said, wanted, "the shell reads the same text");
}

int main(void)
{
	char word[SIZE], small[8];

	means("/run/cgswap");
	means("/tmp/my state");
	means("it's");
	means("''");
	means("");
	means("$HOME `id` \"x\" \\ * ~ # ; & | < > ( ) !");
	means("-a");
	means("tab\tand\nline");
	shell_word(word, sizeof(word), "/run/cgswap");
	is_str(word, "/run/cgswap", "a plain path has no quotes");
	shell_word(word, sizeof(word), "/tmp/my state");
	is_str(word, "'/tmp/my state'", "one with a blank has");
	ok(shell_word(small, sizeof(small), "1234567"), "a word that just fits");
	ok(!shell_word(small, sizeof(small), "12345678"), "one that does not");
	ok(shell_word(small, sizeof(small), "     "), "one in quotes that just fits");
	ok(!shell_word(small, sizeof(small), "      "), "one in quotes that does not");
	ok(!shell_word(small, sizeof(small), "a'''"), "quotes that do not fit");
	return done_testing();
}
