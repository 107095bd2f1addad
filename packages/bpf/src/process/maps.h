/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_PROCESS_MAPS_H
#define EYRIE_PROCESS_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "emit.h"
#include "path_walk.h"
#include "wire.h"

/* A per-CPU value may hold 32 KiB at most. */
struct exec_scratch {
	__u32 busy;
	__u32 pad;
	struct process_exec record;
	char data[k_path_max + k_path_max + k_args_max]; /* path, cwd, argv, without holes */
	struct path_buffer path;
};

/* Where an exec record is put together; see claim_scratch. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, k_scratch_slots);
	__type(key, __u32);
	__type(value, struct exec_scratch);
} scratch SEC(".maps");

struct process_key {
	__u64 start_boottime_ns;
	__u32 tgid;
	__u32 pad;
};

/* Processes whose exit was reported. Two last threads can both see that no thread lives any more; the first to insert
 * reports. Entries matter for microseconds, then age out. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct process_key);
	__type(value, __u8);
} exited_processes SEC(".maps");

/* Tgids whose fork or exec was sent: their exit is sent too, even if they have left the scope by then (exec of an excluded
 * program, setuid). Inserted when sent, deleted at exit. Full: the scope at exit decides. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u8);
} reported_processes SEC(".maps");

static __always_inline void mark_reported(__u32 tgid)
{
	__u8 reported = 1;

	bpf_map_update_elem(&reported_processes, &tgid, &reported, BPF_ANY);
}

#endif
