/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_TLS_DATA_H
#define EYRIE_TLS_DATA_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "emit.h"
#include "kernel_types.h"
#include "maps.h"
#include "wire.h"

enum tls_data_limits {
	k_chunks_max = 65536,       /* of bpf_loop: 1 GiB, more than any call_limit in practice */
	k_chunks_without_loop = 64, /* 1 MiB, where the kernel has no bpf_loop (below 5.17) */
};

/* Bytes of one call that are sent; what is longer is cut, counted and marked as a gap. */
const volatile __u32 call_limit = 16 << 20;

struct chunk_walk {
	struct data_scratch *scratch;
	struct connection *connection;
};

/* Sends the chunk at scratch->sent; 1 when that was the last or it could not be sent. */
static long send_chunk(__u32 index, struct chunk_walk *walk)
{
	struct data_scratch *scratch = walk->scratch;
	struct tls_data *record = &scratch->record;
	struct connection *connection = walk->connection;
	__u64 left = scratch->total - scratch->sent;
	__u64 length = left;
	__u32 direction = record->direction & 1;

	if (length > k_tls_chunk)
		length = k_tls_chunk;
	if (bpf_probe_read_user(scratch->payload, length, (void *)(scratch->buffer + scratch->sent))) {
		count_emit(k_op_tls_data, k_emit_read_fault, (left + k_tls_chunk - 1) / k_tls_chunk, left);
		return 1;
	}
	record->position = scratch->base + scratch->sent;
	record->len = length;
	record->header.size = sizeof(*record) + length;
	record->header.flags = connection->gap[direction] ? k_flag_gap : 0;
	if (output_record(&events, &record->header, sizeof(*record) + length, length)) {
		/* one chunk is counted by then; the others of the call are not tried, the reader is behind */
		left -= length;
		count_emit(k_op_tls_data, k_emit_ring_full, (left + k_tls_chunk - 1) / k_tls_chunk, left);
		return 1;
	}
	connection->gap[direction] = 0;
	scratch->sent += length;
	return scratch->sent >= scratch->total;
}

static __always_inline void send_chunks(struct chunk_walk *walk)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)) {
		bpf_loop(k_chunks_max, send_chunk, walk, 0);
		return;
	}
	for (__u32 chunk = 0; chunk < k_chunks_without_loop; chunk++)
		if (send_chunk(chunk, walk))
			return;
}

static __always_inline void fill_data(struct tls_data *record, struct call_frame *frame, struct connection_key *key,
				      struct connection *connection, __u64 bytes)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();

	*record = (struct tls_data){
		.header = record_header(k_op_tls_data, sizeof(*record), bpf_ktime_get_ns()),
		.start_boottime_ns = key->start_boottime_ns,
		.cgroup_id = bpf_get_current_cgroup_id(),
		.ssl = frame->ssl,
		.conn_ns = connection->first_ns,
		.entered_ns = frame->entered_ns,
		.tgid = pid_tgid >> 32,
		.tid = pid_tgid,
		.fd = connection->fd,
		.uid = bpf_get_current_uid_gid(),
		.call_len = bytes,
		.direction = frame->call == k_tls_call_write ? k_tls_write : k_tls_read,
	};
}

/* Sends what a read or write call moved. The position advances whatever becomes of the records, so that what is
 * lost shows as a hole in the stream. */
static __always_inline void send_data(struct call_frame *frame, struct connection_key *key,
				      struct connection *connection, __u64 bytes)
{
	__u32 direction = frame->call == k_tls_call_write ? k_tls_write : k_tls_read;
	struct chunk_walk walk = { .connection = connection };
	__u64 base = __sync_fetch_and_add(&connection->position[direction], bytes);
	__u64 total = bytes < call_limit ? bytes : call_limit;
	__u64 sent = 0;

	walk.scratch = claim_scratch(&scratch);
	if (walk.scratch) {
		fill_data(&walk.scratch->record, frame, key, connection, bytes);
		walk.scratch->buffer = frame->buffer;
		walk.scratch->base = base;
		walk.scratch->total = total;
		walk.scratch->sent = 0;
		send_chunks(&walk);
		sent = walk.scratch->sent;
		release_scratch(&walk.scratch->busy);
	} else {
		count_emit(k_op_tls_data, k_emit_scratch_busy, (total + k_tls_chunk - 1) / k_tls_chunk, total);
	}
	if (bytes > total)
		count_emit(k_op_tls_data, k_emit_too_large, (bytes - total + k_tls_chunk - 1) / k_tls_chunk, bytes - total);
	if (sent < bytes)
		connection->gap[direction] = 1;
}

#endif
