/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The wire contract between the BPF programs and user space. This header is compiled by the BPF C (bpf target) and
 * by the addon (host target); the TypeScript decoders in gen/ are generated from its BTF. Rules: fixed-width types
 * only, widest members first, padding explicit, operation codes append-only, variable payload last with its lengths
 * in the fixed part. All times are nanoseconds of CLOCK_MONOTONIC unless the name says boottime.
 */
#ifndef EYRIE_WIRE_H
#define EYRIE_WIRE_H

#include <linux/types.h>

enum eyrie_op {
	k_op_process_fork = 1,
	k_op_process_exec = 2,
	k_op_process_exit = 3,
	/* one record a running process, sent by the task iterator at start-up */
	k_op_process_seen = 4,
	k_op_tls_data = 10,
	k_op_tls_state = 11,
	/* a file was mapped executable that user space has not seen yet: look for TLS functions in it */
	k_op_image_mapped = 12,
};

enum eyrie_record_flags {
	k_flag_truncated = 1, /* a path, argument list or payload is shorter than what the kernel saw */
	k_flag_gap = 2,       /* bytes before this record were lost in the same stream */
};

enum eyrie_tls_direction {
	k_tls_read = 0,
	k_tls_write = 1,
};

enum eyrie_tls_state_kind {
	k_tls_handshake_done = 1,
	k_tls_shutdown = 2,
	k_tls_free = 3,
	k_tls_set_fd = 4,
};

enum eyrie_limits {
	k_comm_len = 16,
	k_path_max = 4096,
	k_args_max = 16384,   /* bytes of argv kept per exec */
	k_tls_chunk = 16384,  /* payload bytes per tls_data record; a larger call becomes several records */
};

struct record_header {
	__u16 op;
	__u16 flags;
	__u32 size; /* bytes of the whole record, header and payload included */
	__u64 ktime_ns;
};

/* payload: none */
struct process_fork {
	struct record_header header;
	__u64 start_boottime_ns; /* of the child; with tgid it is the process identity */
	__u64 parent_start_boottime_ns;
	__u64 cgroup_id;
	__u32 tgid;
	__u32 parent_tgid;
	__u32 uid;
	__u32 gid;
	char comm[k_comm_len];
};

/* payload: path_len bytes of path, cwd_len bytes of cwd, args_len bytes of argv separated by NUL.
 * k_op_process_seen uses the same record; its path, cwd and argv may be empty (user space reads /proc). */
struct process_exec {
	struct record_header header;
	__u64 start_boottime_ns;
	__u64 parent_start_boottime_ns;
	__u64 cgroup_id;
	__u64 exe_inode;
	__u32 exe_device; /* kernel dev_t: major << 20 | minor */
	__u32 tgid;
	__u32 parent_tgid;
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 mount_ns;
	__u32 pid_ns;
	__u32 net_ns;
	__u32 user_ns;
	__u32 argc;
	__u32 args_len;
	__u16 path_len;
	__u16 cwd_len;
	__u32 ns_tgid; /* tgid as the process's own pid namespace shows it */
	char comm[k_comm_len];
};

/* payload: none. Sent when the last thread of a process exits. */
struct process_exit {
	struct record_header header;
	__u64 start_boottime_ns;
	__u64 runtime_ns;
	__u64 user_ns;
	__u64 system_ns;
	__u64 max_rss_kb;
	__u32 tgid;
	__u32 exit_code; /* 0..255 */
	__u32 signal;    /* 0 when it exited by itself */
	__u32 core_dumped;
};

/* payload: len bytes */
struct tls_data {
	struct record_header header;
	__u64 start_boottime_ns;
	__u64 cgroup_id;
	__u64 ssl;      /* address of the SSL object: with conn_ns the connection identity inside the process */
	__u64 conn_ns;  /* when this SSL object was first seen; a reused address gets a new one */
	__u64 position; /* offset of the first payload byte in this direction's stream */
	__u64 entered_ns; /* when the TLS call was entered */
	__u32 tgid;
	__u32 tid;
	__s32 fd; /* -1 unknown */
	__u32 uid;
	__u32 len;
	__u32 call_len; /* bytes of the whole TLS call this record is a part of */
	__u8 direction; /* enum eyrie_tls_direction */
	__u8 pad[7];
};

/* payload: none */
struct tls_state {
	struct record_header header;
	__u64 start_boottime_ns;
	__u64 ssl;
	__u64 conn_ns;
	__u64 read_position;
	__u64 write_position;
	__u32 tgid;
	__u32 tid;
	__s32 fd;
	__s32 result;
	__u8 state; /* enum eyrie_tls_state_kind */
	__u8 pad[7];
};

/* payload: none; user space resolves the file through /proc/TGID/map_files or maps by address */
struct image_mapped {
	struct record_header header;
	__u64 start_boottime_ns;
	__u64 inode;
	__u64 address;
	__u32 device;
	__u32 tgid;
};

#endif
