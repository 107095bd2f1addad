/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_PROCESS_EXIT_H
#define EYRIE_PROCESS_EXIT_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "kernel_types.h"
#include "maps.h"
#include "process_identity.h"
#include "wire.h"

/* KiB of a page; the loader sets it where pages are larger. */
const volatile __u32 page_kib = 4;

/* 1 for exactly one thread of a process: the one that finds no other alive. do_exit() of kernel/exit.c has counted
 * signal->live down before the tracepoint, so several threads may find 0. */
static __always_inline int is_last_thread(struct task_struct *task)
{
	struct process_key key = {
		.start_boottime_ns = process_start(task),
		.tgid = BPF_CORE_READ(task, tgid),
	};
	__u8 reported = 1;

	if (BPF_CORE_READ(task, signal, live.counter) > 0)
		return 0;
	return bpf_map_update_elem(&exited_processes, &key, &reported, BPF_NOEXIST) == 0;
}

/* What wait() tells the parent: the group's code when the whole group was ended (exit_group, fatal signal), else the
 * leader's own, as wait_task_zombie() of kernel/exit.c has it. */
static __always_inline __u32 wait_status(struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);

	if (BPF_CORE_READ(signal, flags) & k_signal_group_exit)
		return BPF_CORE_READ(signal, group_exit_code);
	return BPF_CORE_READ(task, group_leader, exit_code);
}

/* Splits the exact run time by the sampled ticks, as cputime_adjust() of kernel/sched/cputime.c does. */
static __always_inline void split_cpu_time(struct process_exit *record, __u64 total, __u64 user, __u64 system)
{
	__u64 user_ms = user / 1000000;
	__u64 both_ms = (user + system) / 1000000;

	if (!both_ms || user_ms == both_ms)
		record->user_ns = total;
	else
		record->user_ns = (total >> 16) * ((user_ms << 16) / both_ms);
	record->system_ns = total - record->user_ns;
}

/* The signal struct holds what threads that are gone have used; the current thread and a leader that waits for it as a
 * zombie are not in it yet. */
static __always_inline void fill_exit(struct process_exit *record, struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	__u64 start = process_start(task);
	__u32 status = wait_status(task);
	__u64 total = BPF_CORE_READ(signal, sum_sched_runtime) + BPF_CORE_READ(task, se.sum_exec_runtime);
	__u64 user = BPF_CORE_READ(signal, utime) + BPF_CORE_READ(task, utime);
	__u64 system = BPF_CORE_READ(signal, stime) + BPF_CORE_READ(task, stime);

	if (leader != task) {
		total += BPF_CORE_READ(leader, se.sum_exec_runtime);
		user += BPF_CORE_READ(leader, utime);
		system += BPF_CORE_READ(leader, stime);
	}
	*record = (struct process_exit){
		.header = record_header(k_op_process_exit, sizeof(*record), bpf_ktime_get_ns()),
		.start_boottime_ns = start,
		.runtime_ns = bpf_ktime_get_boot_ns() - start,
		.max_rss_kb = BPF_CORE_READ(signal, maxrss) * page_kib,
		.tgid = BPF_CORE_READ(task, tgid),
		.exit_code = (status >> 8) & 0xff,
		.signal = status & 0x7f,
		.core_dumped = (status >> 7) & 1,
	};
	split_cpu_time(record, total, user, system);
}

#endif
