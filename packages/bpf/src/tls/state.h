/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_TLS_STATE_H
#define EYRIE_TLS_STATE_H

#include <bpf/bpf_helpers.h>
#include "emit.h"
#include "maps.h"
#include "wire.h"

static __always_inline void send_state(struct connection_key *key, struct connection *connection, __u8 state,
				       __s32 result)
{
	struct tls_state *record = reserve_record(&events, k_op_tls_state, sizeof(*record));
	__u64 pid_tgid = bpf_get_current_pid_tgid();

	if (!record)
		return;
	*record = (struct tls_state){
		.header = record_header(k_op_tls_state, sizeof(*record), bpf_ktime_get_ns()),
		.start_boottime_ns = key->start_boottime_ns,
		.ssl = key->ssl,
		.conn_ns = connection->first_ns,
		.read_position = connection->position[k_tls_read],
		.write_position = connection->position[k_tls_write],
		.tgid = pid_tgid >> 32,
		.tid = pid_tgid,
		.fd = connection->fd,
		.result = result,
		.state = state,
	};
	submit_record(&events, record, k_op_tls_state, sizeof(*record));
}

#endif
