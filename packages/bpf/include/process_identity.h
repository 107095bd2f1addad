/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_PROCESS_IDENTITY_H
#define EYRIE_PROCESS_IDENTITY_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "kernel_types.h"

/* With the tgid the identity of a process. de_thread() of fs/exec.c gives an exec'ing thread its leader's start time, so
 * the leader's survives an exec from any thread. */
static __always_inline __u64 process_start(struct task_struct *task)
{
	return BPF_CORE_READ(task, group_leader, start_boottime);
}

#endif
