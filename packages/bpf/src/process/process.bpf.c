// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "emit.h"
#include "kernel_types.h"
#include "process_identity.h"
#include "scope.h"
#include "wire.h"

#include "maps.h"
#include "exec.h"
#include "exit.h"
#include "fork.h"

/* Runs in the parent before the child can, so nothing of the child comes before its fork. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(eyrie_process_fork, struct task_struct *parent, struct task_struct *child)
{
	if (is_kernel_or_thread(child))
		return 0;
	inherit_subtree(parent, child);
	/* the child's scope, since a parent can be excluded without it; all but the subtree is as the parent's here */
	if (in_scope_as(BPF_CORE_READ(child, tgid)))
		emit_fork(parent, child);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(eyrie_process_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct exec_scratch *record;
	__u32 used;

	if (!current_in_scope())
		return 0;
	record = claim_scratch(&scratch);
	if (!record) {
		count_emit(k_op_process_exec, k_emit_scratch_busy, 1, sizeof(struct process_exec));
		return 0;
	}
	fill_process(&record->record, task, k_op_process_exec);
	record->record.argc = BPF_CORE_READ(bprm, argc);
	used = fill_paths(record, task);
	if (!record->record.path_len && !record->record.cwd_len)
		used = fill_filename(record, bprm);
	used += fill_args(record, task, used);
	send_exec(record, used);
	release_scratch(&record->busy);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(eyrie_process_exit, struct task_struct *task)
{
	struct process_exit *record;
	__u32 tgid = BPF_CORE_READ(task, tgid);
	int wanted;

	if ((BPF_CORE_READ(task, flags) & k_pf_kthread) || !is_last_thread(task))
		return 0;
	wanted = bpf_map_delete_elem(&reported_processes, &tgid) == 0 || current_in_scope();
	bpf_map_delete_elem(&scope_subtrees, &tgid);
	if (!wanted)
		return 0;
	record = reserve_record(&events, k_op_process_exit, sizeof(*record));
	if (!record)
		return 0;
	fill_exit(record, task);
	submit_record(&events, record, k_op_process_exit, sizeof(*record));
	return 0;
}

/* Outside the scope too: the ancestors of what is captured must be known. */
SEC("iter/task")
int eyrie_process_seen(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct exec_scratch *record;
	__u32 used;

	if (!task || is_kernel_or_thread(task) || BPF_CORE_READ(task, signal, live.counter) <= 0)
		return 0;
	record = claim_scratch(&scratch);
	if (!record) {
		count_emit(k_op_process_seen, k_emit_scratch_busy, 1, sizeof(struct process_exec));
		return 0;
	}
	fill_process(&record->record, task, k_op_process_seen);
	used = fill_paths(record, task);
	write_seen(seq, record, used);
	release_scratch(&record->busy);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
