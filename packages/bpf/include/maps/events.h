/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_MAPS_EVENTS_H
#define EYRIE_MAPS_EVENTS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "control.h"

/* The bulk ring. Records of every family; the reader's timer empties it. Full: the record is counted in emit_counts.
 * The loader sets its size before load. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} events SEC(".maps");

/* Key 0: 1 while the half-full wake-up of events is sent and the ring has not fallen below half since. Kernel only. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} ring_state SEC(".maps");

/* Key: op * k_emit_outcomes + outcome. Written by emit.h, read by user space, never reset. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, k_emit_ops * k_emit_outcomes);
	__type(key, __u32);
	__type(value, struct emit_count);
} emit_counts SEC(".maps");

#endif
