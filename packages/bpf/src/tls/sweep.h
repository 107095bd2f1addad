/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/* The two programs that both TLS objects hold: they drop what a thread leaves behind. */
#ifndef EYRIE_TLS_SWEEP_H
#define EYRIE_TLS_SWEEP_H

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "kernel_types.h"
#include "maps.h"

SEC("tp_btf/sched_process_exit")
int BPF_PROG(eyrie_tls_thread_exit, struct task_struct *task)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&active_calls, &pid_tgid);
	return 0;
}

/* An exec from another thread than the leader gives it the leader's tid; what it had is under the old one. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(eyrie_tls_thread_exec, struct task_struct *task, int old_pid)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	__u64 old_pid_tgid = (pid_tgid & ~0xffffffffULL) | (__u32)old_pid;

	bpf_map_delete_elem(&active_calls, &pid_tgid);
	bpf_map_delete_elem(&active_calls, &old_pid_tgid);
	return 0;
}

#endif
