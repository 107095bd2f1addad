/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_TLS_MAPS_H
#define EYRIE_TLS_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "emit.h"
#include "wire.h"

enum tls_map_limits {
	/* TLS calls a thread can be inside of at once: one object wrapped in another (a proxy over TLS), or fibers */
	k_calls_per_thread = 4,
};

/* One TLS call between entry and return. */
struct call_frame {
	__u64 stack; /* stack pointer at entry, 0 when the slot is free: tells nested calls apart at return */
	__u64 ssl;
	__u64 buffer;
	__u64 done; /* address of the size_t with the bytes done, or 0 */
	__u64 entered_ns;
	__u64 position; /* of the stream at entry: if it has moved at return, an inner call has reported */
	__u32 call;     /* enum eyrie_tls_call */
	__s32 fd;       /* argument of SSL_set_fd */
};

struct thread_calls {
	struct call_frame frames[k_calls_per_thread];
};

/* Key: pid_tgid. Inserted at a thread's first TLS call; its frames are freed at each return, the entry when the thread
 * exits or execs. Full: the call is not captured, counted as k_emit_map_full, and its stream is marked with a gap. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct thread_calls);
} active_calls SEC(".maps");

/* Start time and exec count keep a new program at the same addresses, or a reused tgid, apart. */
struct connection_key {
	__u64 ssl;
	__u64 start_boottime_ns;
	__u32 tgid;
	__u32 exec_id;
};

struct connection {
	__u64 first_ns;
	__u64 position[2]; /* by enum eyrie_tls_direction; advances by what the call moved, sent or not */
	__s32 fd;
	__u8 gap[2]; /* bytes were lost since the last record sent */
	__u8 handshaken;
	__u8 shut;
};

/* Inserted when a TLS object is first seen, deleted when it is freed. Objects of processes that ended without freeing
 * them age out; evicting a living one makes it a new connection at position 0, which is seen by its new conn_ns. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct connection_key);
	__type(value, struct connection);
} connections SEC(".maps");

/* The progress of a call is kept here and not on the stack, where the verifier would follow every possible value. */
struct data_scratch {
	__u32 busy;
	__u32 pad;
	__u64 buffer; /* of the process */
	__u64 base;   /* stream position of the call's first byte */
	__u64 total;  /* bytes to send */
	__u64 sent;
	struct tls_data record;
	char payload[k_tls_chunk];
};

/* Where a data record is put together; see claim_scratch. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, k_scratch_slots);
	__type(key, __u32);
	__type(value, struct data_scratch);
} scratch SEC(".maps");

#endif
