/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_PROCESS_FORK_H
#define EYRIE_PROCESS_FORK_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "emit.h"
#include "kernel_types.h"
#include "maps.h"
#include "maps/scope.h"
#include "process_identity.h"
#include "wire.h"

static __always_inline int is_kernel_or_thread(struct task_struct *task)
{
	return (BPF_CORE_READ(task, flags) & k_pf_kthread) || BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid);
}

/* A child belongs to every subtree its parent belongs to. */
static __always_inline void inherit_subtree(struct task_struct *parent, struct task_struct *child)
{
	__u32 parent_tgid = BPF_CORE_READ(parent, tgid);
	__u32 child_tgid = BPF_CORE_READ(child, tgid);
	__u8 *actions = bpf_map_lookup_elem(&scope_subtrees, &parent_tgid);
	__u8 copy;

	if (!actions)
		return;
	copy = *actions & ~k_scope_exclude_self;
	if (!copy)
		return;
	if (bpf_map_update_elem(&scope_subtrees, &child_tgid, &copy, BPF_ANY))
		count_emit(k_op_process_fork, k_emit_map_full, 1, 0);
}

/* The parent is the process that forked, also when CLONE_PARENT makes the child its sibling. */
static __always_inline void emit_fork(struct task_struct *parent, struct task_struct *child)
{
	struct process_fork *record = reserve_record(&events, k_op_process_fork, sizeof(*record));

	if (!record)
		return;
	*record = (struct process_fork){
		.header = record_header(k_op_process_fork, sizeof(*record), bpf_ktime_get_ns()),
		.start_boottime_ns = process_start(child),
		.parent_start_boottime_ns = process_start(parent),
		.cgroup_id = BPF_CORE_READ(child, cgroups, dfl_cgrp, kn, id),
		.tgid = BPF_CORE_READ(child, tgid),
		.parent_tgid = BPF_CORE_READ(parent, tgid),
		.uid = BPF_CORE_READ(child, cred, uid.val),
		.gid = BPF_CORE_READ(child, cred, gid.val),
	};
	BPF_CORE_READ_STR_INTO(&record->comm, child, comm);
	mark_reported(record->tgid);
	submit_record(&events, record, k_op_process_fork, sizeof(*record));
}

#endif
