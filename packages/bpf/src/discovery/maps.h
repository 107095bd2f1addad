/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_DISCOVERY_MAPS_H
#define EYRIE_DISCOVERY_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "control.h"

/* Files user space has been told of, and when. The kernel inserts, and deletes again when the record could not be sent;
 * user space may insert what it has looked at already and delete what it wants told again. Full: the least
 * recently mapped is forgotten and told again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct file_key);
	__type(value, __u64);
} seen_images SEC(".maps");

#endif
