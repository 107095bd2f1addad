// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "emit.h"
#include "kernel_types.h"

#include "maps.h"
#include "image.h"

/* Not filtered by scope: a library is mapped before the process that maps it may come into scope, and it is told once. */
SEC("tp/syscalls/sys_exit_mmap")
int eyrie_image_mmap(struct trace_event_raw_sys_exit *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	if (ctx->ret < 0 && ctx->ret > -4096)
		return 0;
	if (maps_executable_file(regs))
		look_at_mapping(task, ctx->ret, mapped_file(task, regs));
	return 0;
}

/* Libraries are mapped later by the dynamic loader; the program itself and its loader are there now. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(eyrie_image_exec, struct task_struct *task)
{
	look_at_mapping(bpf_get_current_task_btf(), BPF_CORE_READ(task, mm, start_code), BPF_CORE_READ(task, mm, exe_file));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
