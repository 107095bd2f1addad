/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * Entry and return of a TLS call. All attach kinds end here; the cookie says which function it is. Calls nest: a public
 * function calls an internal one that is probed too, and one TLS object may run inside another. Each call has a
 * frame, found again by the stack pointer, and of calls on the same stream only the innermost reports.
 */
#ifndef EYRIE_TLS_CALL_H
#define EYRIE_TLS_CALL_H

#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "connection.h"
#include "control.h"
#include "data.h"
#include "emit.h"
#include "maps.h"
#include "scope.h"
#include "state.h"

enum call_abi {
#if defined(__TARGET_ARCH_x86)
	k_return_pops = 8, /* ret takes the return address off the stack */
#else
	k_return_pops = 0,
#endif
};

static __always_inline __u16 op_of_call(__u32 call)
{
	return call == k_tls_call_read || call == k_tls_call_write ? k_op_tls_data : k_op_tls_state;
}

/* Read first and chosen after, with the compiler kept from turning it round: the verifier takes no computed offset into
 * the registers. */
static __always_inline __u64 call_argument(struct pt_regs *ctx, __u32 number)
{
	__u64 fourth = PT_REGS_PARM4(ctx);
	__u64 fifth = PT_REGS_PARM5(ctx);

	asm volatile("" : "+r"(fourth), "+r"(fifth));
	return number == 4 ? fourth : number == 5 ? fifth : 0;
}

/* The frames of the current thread, new if need be; NULL when there is no room. */
static __always_inline struct thread_calls *open_thread_calls(__u64 pid_tgid)
{
	struct thread_calls *calls = bpf_map_lookup_elem(&active_calls, &pid_tgid);
	struct thread_calls none = {};

	if (calls)
		return calls;
	bpf_map_update_elem(&active_calls, &pid_tgid, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&active_calls, &pid_tgid);
}

/* The frame for a call at this stack pointer: one left behind at the same place (its return was never seen), a free one, or
 * the oldest. */
static __always_inline struct call_frame *choose_frame(struct thread_calls *calls, __u64 stack)
{
	struct call_frame *chosen = &calls->frames[0];

	for (int i = 0; i < k_calls_per_thread; i++) {
		struct call_frame *frame = &calls->frames[i];

		if (frame->stack == stack)
			return frame;
		if (frame->stack && (!chosen->stack || frame->entered_ns >= chosen->entered_ns))
			continue;
		if (chosen->stack)
			chosen = frame;
	}
	return chosen;
}

static __always_inline struct call_frame *find_frame(struct thread_calls *calls, __u64 stack)
{
	for (int i = 0; i < k_calls_per_thread; i++)
		if (calls->frames[i].stack == stack)
			return &calls->frames[i];
	return 0;
}

static __always_inline void forget_connection(__u64 ssl)
{
	struct connection_key key = connection_key(ssl);
	struct connection *connection = bpf_map_lookup_elem(&connections, &key);

	if (!connection)
		return;
	send_state(&key, connection, k_tls_free, 0);
	bpf_map_delete_elem(&connections, &key);
}

/* A call that can't be followed: the stream loses bytes whose number is not known. */
static __always_inline void miss_call(struct connection *connection, __u32 call)
{
	count_emit(op_of_call(call), k_emit_map_full, 1, 0);
	if (connection)
		connection->gap[call == k_tls_call_write] = 1;
}

/* 1 when the return of this call is wanted. */
static __always_inline int enter_call(struct pt_regs *ctx, __u64 cookie)
{
	__u32 call = cookie & k_tls_cookie_call_mask;
	__u64 ssl = PT_REGS_PARM1(ctx);
	struct connection_key key;
	struct connection *connection;
	struct thread_calls *calls;
	struct call_frame *frame;

	if (!current_in_scope() || !ssl)
		return 0;
	if (call == k_tls_call_free) {
		/* now, since another thread may get the same address before this call returns */
		forget_connection(ssl);
		return 0;
	}
	key = connection_key(ssl);
	connection = bpf_map_lookup_elem(&connections, &key);
	calls = open_thread_calls(bpf_get_current_pid_tgid());
	if (!calls) {
		miss_call(connection, call);
		return 0;
	}
	frame = choose_frame(calls, PT_REGS_SP(ctx));
	*frame = (struct call_frame){
		.stack = PT_REGS_SP(ctx),
		.ssl = ssl,
		.buffer = PT_REGS_PARM2(ctx),
		.done = call_argument(ctx, (cookie >> k_tls_cookie_done_shift) & k_tls_cookie_done_mask),
		.entered_ns = bpf_ktime_get_ns(),
		.position = connection ? connection->position[call == k_tls_call_write] : 0,
		.call = call,
		.fd = PT_REGS_PARM2(ctx),
	};
	return 1;
}

/* Bytes a read or write call moved: 0 when it moved none, negative when that can't be known. */
static __always_inline __s64 moved_bytes(struct call_frame *frame, __s32 result)
{
	__u64 done = 0;

	if (!frame->done)
		return result > 0 ? result : 0;
	if (result != 1)
		return 0;
	if (bpf_probe_read_user(&done, sizeof(done), (void *)frame->done))
		return -1;
	return done <= 0x7fffffff ? (__s64)done : -1;
}

static __always_inline void finish_data(struct call_frame *frame, __s32 result)
{
	__u32 direction = frame->call == k_tls_call_write ? k_tls_write : k_tls_read;
	__s64 bytes = moved_bytes(frame, result);
	struct connection_key key;
	struct connection *connection;

	if (!bytes)
		return;
	key = connection_key(frame->ssl);
	connection = open_connection(&key, frame->entered_ns, k_op_tls_data);
	if (!connection || connection->position[direction] > frame->position)
		return;
	if (bytes < 0) {
		count_emit(k_op_tls_data, k_emit_read_fault, 1, 0);
		connection->gap[direction] = 1;
		return;
	}
	send_data(frame, &key, connection, bytes);
}

static __always_inline void finish_state(struct call_frame *frame, __s32 result)
{
	struct connection_key key = connection_key(frame->ssl);
	struct connection *connection;

	/* SSL_shutdown returns 0 once its own close is sent, 1 when the peer's has come too */
	if (frame->call == k_tls_call_shutdown ? result < 0 : result != 1)
		return;
	connection = open_connection(&key, frame->entered_ns, k_op_tls_state);
	if (!connection)
		return;
	if (frame->call == k_tls_call_set_fd) {
		connection->fd = frame->fd;
		send_state(&key, connection, k_tls_set_fd, result);
	} else if (frame->call == k_tls_call_handshake && !connection->handshaken) {
		connection->handshaken = 1;
		send_state(&key, connection, k_tls_handshake_done, result);
	} else if (frame->call == k_tls_call_shutdown && !connection->shut) {
		connection->shut = 1;
		send_state(&key, connection, k_tls_shutdown, result);
	}
}

static __always_inline void leave_call(struct pt_regs *ctx)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	struct thread_calls *calls = bpf_map_lookup_elem(&active_calls, &pid_tgid);
	struct call_frame *found;
	struct call_frame frame;

	if (!calls)
		return;
	found = find_frame(calls, PT_REGS_SP(ctx) - k_return_pops);
	if (!found)
		return;
	frame = *found;
	found->stack = 0;
	if (op_of_call(frame.call) == k_op_tls_data)
		finish_data(&frame, PT_REGS_RC(ctx));
	else
		finish_state(&frame, PT_REGS_RC(ctx));
}

#endif
