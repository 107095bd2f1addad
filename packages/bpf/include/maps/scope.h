/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_MAPS_SCOPE_H
#define EYRIE_MAPS_SCOPE_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "control.h"

/* Key 0. Written by user space only. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scope_config);
} scope_config SEC(".maps");

/* Cgroup id to enum eyrie_scope_action bits; user space inserts and deletes, and refuses what does not fit. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u8);
} scope_cgroups SEC(".maps");

/* Real uid to action bits; as above. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u8);
} scope_users SEC(".maps");

/* Main executable to action bits; as above. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct file_key);
	__type(value, __u8);
} scope_executables SEC(".maps");

/* Tgid to action bits. User space inserts roots and what already descends from them; the kernel copies the parent's
 * entry at fork and deletes at exit. Full: the child is out of every subtree, counted as k_emit_map_full of its fork. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u8);
} scope_subtrees SEC(".maps");

#endif
