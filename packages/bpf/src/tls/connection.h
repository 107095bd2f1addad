/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_TLS_CONNECTION_H
#define EYRIE_TLS_CONNECTION_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "kernel_types.h"
#include "maps.h"
#include "process_identity.h"

static __always_inline struct connection_key connection_key(__u64 ssl)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	return (struct connection_key){
		.ssl = ssl,
		.start_boottime_ns = process_start(task),
		.tgid = bpf_get_current_pid_tgid() >> 32,
		.exec_id = BPF_CORE_READ(task, self_exec_id),
	};
}

/* The connection, new if need be; NULL and counted for op when there is no room. */
static __always_inline struct connection *open_connection(struct connection_key *key, __u64 now, __u16 op)
{
	struct connection *found = bpf_map_lookup_elem(&connections, key);
	struct connection fresh = { .first_ns = now, .fd = -1 };

	if (found)
		return found;
	bpf_map_update_elem(&connections, key, &fresh, BPF_NOEXIST);
	found = bpf_map_lookup_elem(&connections, key);
	if (!found)
		count_emit(op, k_emit_map_full, 1, 0);
	return found;
}

#endif
