/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The only way out to the rings. Every attempt ends in emit_counts, as sent or by the reason it was not.
 * Fixed records: reserve_record, fill, submit_record. Variable records: claim_scratch, fill, output_record,
 * release_scratch. The ring is a parameter, because decisions get a second ring whose reader is woken at once.
 */
#ifndef EYRIE_EMIT_H
#define EYRIE_EMIT_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "control.h"
#include "maps/events.h"
#include "wire.h"

enum emit_scratch {
	/* Programs can be preempted on kernels with full preemption, and a preempted one keeps its buffer. */
	k_scratch_slots = 4,
};

/* Atomic, because a preempting task may count on the same CPU in between. */
static __always_inline void count_emit(__u16 op, __u32 outcome, __u64 records, __u64 bytes)
{
	__u32 key = op * k_emit_outcomes + outcome;
	struct emit_count *count = bpf_map_lookup_elem(&emit_counts, &key);

	if (!count)
		return;
	__sync_fetch_and_add(&count->records, records);
	__sync_fetch_and_add(&count->bytes, bytes);
}

/* A wake-up for each record would double the cost of a TLS call, so the bulk ring wakes its reader once when half
 * full and otherwise waits for its timer. */
static __always_inline __u64 bulk_wakeup(void *ring)
{
	__u64 pending = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
	__u64 size = bpf_ringbuf_query(ring, BPF_RB_RING_SIZE);
	__u32 key = 0;
	__u32 *woken = bpf_map_lookup_elem(&ring_state, &key);

	if (!woken)
		return BPF_RB_NO_WAKEUP;
	if (pending < size / 2) {
		if (*woken)
			*woken = 0;
		return BPF_RB_NO_WAKEUP;
	}
	if (*woken || __sync_val_compare_and_swap(woken, 0, 1))
		return BPF_RB_NO_WAKEUP;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline struct record_header record_header(__u16 op, __u32 size, __u64 ktime_ns)
{
	return (struct record_header){ .op = op, .size = size, .ktime_ns = ktime_ns };
}

/* Room for a fixed record, or NULL and counted. The room holds old bytes: assign the whole struct. */
static __always_inline void *reserve_record(void *ring, __u16 op, const __u32 size)
{
	void *record = bpf_ringbuf_reserve(ring, size, 0);

	if (!record)
		count_emit(op, k_emit_ring_full, 1, size);
	return record;
}

static __always_inline void submit_record(void *ring, void *record, __u16 op, __u32 size)
{
	bpf_ringbuf_submit(record, bulk_wakeup(ring));
	count_emit(op, k_emit_sent, 1, size);
}

/* The same for a record that user space must act on before the process goes on: the reader does not wait for its timer.
 * Only for what is rare, see bulk_wakeup. */
static __always_inline void submit_record_at_once(void *ring, void *record, __u16 op, __u32 size)
{
	bpf_ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
	count_emit(op, k_emit_sent, 1, size);
}

/* A free per-CPU buffer of the map, whose value starts with a __u32 that is 1 while in use; NULL if there is none:
 * the caller counts k_emit_scratch_busy, as only it knows what is lost. */
static __always_inline void *claim_scratch(void *map)
{
	for (__u32 slot = 0; slot < k_scratch_slots; slot++) {
		__u32 key = slot;
		__u32 *busy = bpf_map_lookup_elem(map, &key);

		if (busy && __sync_val_compare_and_swap(busy, 0, 1) == 0)
			return busy;
	}
	return 0;
}

static __always_inline void release_scratch(__u32 *busy)
{
	*(volatile __u32 *)busy = 0;
}

/* Sends size bytes of a record; counts them as bytes (payload or whole record). Zero, or negative when not sent. */
static __always_inline long output_record(void *ring, struct record_header *record, __u64 size, __u64 bytes)
{
	__u16 op = record->op;
	long error = bpf_ringbuf_output(ring, record, size, bulk_wakeup(ring));

	count_emit(op, error ? k_emit_ring_full : k_emit_sent, 1, bytes);
	return error;
}

#endif
