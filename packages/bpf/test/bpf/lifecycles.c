/* SPDX-License-Identifier: Apache-2.0 */
/* Processes with unusual ends, one a name, for process.test.ts. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *return_at_once(void *unused)
{
	return unused;
}

static void *return_later(void *unused)
{
	usleep(150000);
	return unused;
}

static void *end_group_later(void *unused)
{
	usleep(150000);
	syscall(SYS_exit_group, 7);
	return unused;
}

static void *exec_echo(void *unused)
{
	execl("/bin/echo", "echo", "from a thread", (char *)0);
	return unused;
}

static void start(void *(*run)(void *), int count)
{
	pthread_t thread;

	while (count-- > 0)
		if (pthread_create(&thread, 0, run, 0))
			exit(99);
}

static void exec_from_memory(void)
{
	char *arguments[] = { "in-memory", 0 };
	char buffer[65536];
	int to = memfd_create("program", 0);
	int from = open("/bin/true", O_RDONLY);
	ssize_t got;

	while ((got = read(from, buffer, sizeof(buffer))) > 0)
		if (write(to, buffer, got) != got)
			exit(99);
	fexecve(to, arguments, environ);
}

/* A working directory whose path is longer than any record keeps. */
static void exec_deep(const char *top)
{
	char name[201];

	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	if (chdir(top))
		exit(99);
	for (int depth = 0; depth < 30; depth++)
		if (mkdir(name, 0700) || chdir(name))
			exit(99);
	execl("/bin/true", "true", (char *)0);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "threads-come-and-go")) {
		start(return_at_once, 20);
		usleep(50000);
		return 3;
	}
	if (!strcmp(name, "leader-first")) {
		start(end_group_later, 1);
		syscall(SYS_exit, 5);
	}
	if (!strcmp(name, "all-at-once")) {
		start(return_later, 16);
		syscall(SYS_exit, 0);
	}
	if (!strcmp(name, "exec-from-thread")) {
		start(exec_echo, 1);
		pause();
	}
	if (!strcmp(name, "exec-from-memory"))
		exec_from_memory();
	if (!strcmp(name, "killed"))
		raise(SIGKILL);
	if (!strcmp(name, "deep"))
		exec_deep(argv[2]);
	return 98;
}
