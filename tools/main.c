/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "complete.h"
#include "report.h"
#include "report_line.h"
#include "help.h"
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static enum exit_status print_version(const struct options *options)
{
	if (!(options->given & OPTION_JSON)) {
		printf("cgswap %s\n", cgswap_version());
		return EXIT_DONE;
	}
	if (!json_print(json_wrap("version", json_text(cgswap_version()))))
		return report_no_memory(options, false);
	return EXIT_DONE;
}

static enum exit_status run(const struct options *options)
{
	if (options->problem[0])
		return report_usage(options, options->problem, options->remedy);
	if (options->given & OPTION_HELP) {
		if (options->command ? help_print(options->command) : help_print_all())
			return EXIT_DONE;
		return report_no_memory(options, false);
	}
	if (options->given & OPTION_VERSION)
		return print_version(options);
	if (options->given & OPTION_QUIET && !(options->given & OPTION_JSON) &&
	    !freopen("/dev/null", "w", stdout))
		return report_refusal(options, CGSWAP_CAUSE_UNEXPLAINED, errno,
				      "/dev/null cannot be opened", "");
	/* a closed pipe must not hide that something was changed */
	if (options->command->changes)
		signal(SIGPIPE, SIG_IGN);
	return options->command->run(options);
}

/*
 * Occupies the descriptors of standard streams that are closed, so that a file opened later does
 * not receive their output. Reading or writing them still fails.
 */
static void occupy_standard_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == -1)
			_exit(EXIT_REFUSED);
	}
}

/*
 * A transaction has a descriptor for each of its programs. The usual limit is low because of
 * select(2), which this program does not use.
 */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Flushes standard output. Returns status, or a worse one if the output could not be written. */
static enum exit_status close_standard_output(const struct options *options,
					      enum exit_status status)
{
	bool changed = options->command && options->command->changes &&
		       !(options->given & (OPTION_HELP | OPTION_DRY_RUN)) && status == EXIT_DONE;
	bool failed;
	int errnum;

	failed = ferror(stdout) != 0;
	errno = 0;
	if (fclose(stdout) != 0)
		failed = true;
	errnum = errno;
	if (!failed)
		return status;
	report_line(options, "cannot write to standard output%s%s%s", errnum ? ": " : "",
		    errnum ? strerror(errnum) : "", changed ? "; the change was made" : "");
	if (status != EXIT_DONE)
		return status;
	return changed ? EXIT_CHANGED : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
	static struct options options;

	occupy_standard_streams();
	/* the words after it are those of another command line */
	if (argc > 1 && strcmp(argv[1], "complete") == 0)
		return complete_words(argc - 2, argv + 2);
	raise_file_limit();
	/* write each line of an error in one call */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	options_parse(&options, argc, argv);
	return close_standard_output(&options, run(&options));
}
