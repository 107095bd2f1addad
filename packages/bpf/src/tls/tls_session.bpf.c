// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
/* The same as tls.bpf.c for kernels with uprobe sessions (6.13): one program at entry and return, and a call that is
 * not wanted costs no return. An object of its own, because older kernels lack the kfunc it names. */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "kernel_types.h"

#include "call.h"
#include "sweep.h"

extern _Bool bpf_session_is_return(void) __ksym;

SEC("uprobe")
int eyrie_tls_call_s(struct pt_regs *ctx)
{
	/* Masked, since the verifier wants a return value of 0 or 1 and takes the kfunc's for any byte. */
	if (bpf_session_is_return() & 1) {
		leave_call(ctx);
		return 0;
	}
	return !enter_call(ctx, bpf_get_attach_cookie(ctx));
}

char LICENSE[] SEC("license") = "GPL";
