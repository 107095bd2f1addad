/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The other half of the contract: what user space puts into maps and attach cookies, and how it reads the counters.
 * Compiled by the BPF C and by the addon, and exported with the records to gen/wire.ts. Same rules as wire.h.
 */
#ifndef EYRIE_CONTROL_H
#define EYRIE_CONTROL_H

#include <linux/types.h>

/* Map emit_counts, per CPU. Key = op * k_emit_outcomes + outcome. One entry per operation and outcome, so that for
 * each operation: records the kernel wanted to send = sent + all the others. */
enum eyrie_emit_outcome {
	k_emit_sent = 0,
	k_emit_ring_full = 1,    /* the reader was too slow */
	k_emit_scratch_busy = 2, /* every scratch buffer of this CPU is held by a preempted task */
	k_emit_read_fault = 3,   /* memory of the process could not be read */
	k_emit_map_full = 4,     /* no room for the state the record needs */
	k_emit_too_large = 5,    /* more bytes in one call than the setting call_limit */
	k_emit_outcomes = 8,     /* row length of emit_counts, room to append */
};

enum eyrie_emit_limits {
	k_emit_ops = 64, /* rows of emit_counts */
};

/* value of emit_counts */
struct emit_count {
	__u64 records;
	__u64 bytes; /* of payload for tls_data, of whole records otherwise */
};

/* Attach cookie of a TLS probe: bits 0-7 enum eyrie_tls_call; bits 8-11 the number (from 1) of the argument that
 * points to the size_t with the bytes done, 0 when the return value is that number; the rest is the loader's. */
enum eyrie_tls_call {
	k_tls_call_read = 1,
	k_tls_call_write = 2,
	k_tls_call_handshake = 3, /* SSL_do_handshake, SSL_connect, SSL_accept */
	k_tls_call_shutdown = 4,
	k_tls_call_free = 5,
	k_tls_call_set_fd = 6, /* SSL_set_fd, SSL_set_rfd, SSL_set_wfd */
};

enum eyrie_tls_cookie {
	k_tls_cookie_call_mask = 0xff,
	k_tls_cookie_done_shift = 8,
	k_tls_cookie_done_mask = 0xf,
};

enum eyrie_scope_mode {
	k_scope_nothing = 0, /* until user space has said: programs are attached before the scope is written */
	k_scope_everything = 1,
	k_scope_selected = 2,
};

/* Value bits of the four scope maps. Exclusion wins. */
enum eyrie_scope_action {
	k_scope_include = 1,
	k_scope_exclude = 2,
	k_scope_exclude_self = 4, /* scope_subtrees only: this process, not what it starts */
};

/* Bits of scope_config.kinds: which scope maps hold anything, so that empty ones cost nothing. */
enum eyrie_scope_kind {
	k_scope_by_cgroup = 1,
	k_scope_by_user = 2,
	k_scope_by_executable = 4,
	k_scope_by_subtree = 8,
};

/* value of scope_config, key 0 */
struct scope_config {
	__u32 mode;  /* enum eyrie_scope_mode */
	__u32 kinds; /* enum eyrie_scope_kind bits */
};

/* key of scope_executables and seen_images */
struct file_key {
	__u64 inode;
	__u32 device; /* kernel dev_t: major << 20 | minor */
	__u32 pad;
};

#endif
