// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "kernel_types.h"

#include "call.h"
#include "sweep.h"

SEC("uprobe")
int eyrie_tls_call_e(struct pt_regs *ctx)
{
	enter_call(ctx, bpf_get_attach_cookie(ctx));
	return 0;
}

SEC("uretprobe")
int eyrie_tls_call_x(struct pt_regs *ctx)
{
	leave_call(ctx);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
