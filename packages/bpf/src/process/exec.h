/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_PROCESS_EXEC_H
#define EYRIE_PROCESS_EXEC_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "emit.h"
#include "kernel_types.h"
#include "maps.h"
#include "path_walk.h"
#include "process_identity.h"
#include "wire.h"

enum exec_limits {
	k_args_page = 4096,
};

/* Bytes of argv kept. */
const volatile __u32 args_limit = k_args_max;

static __always_inline void fill_namespaces(struct process_exec *record, struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	struct upid *own = (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);

	record->mount_ns = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	record->net_ns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	record->user_ns = BPF_CORE_READ(task, cred, user_ns, ns.inum);
	record->pid_ns = BPF_CORE_READ(own, ns, ns.inum);
	record->ns_tgid = BPF_CORE_READ(own, nr);
}

/* Everything of fixed size; task is a thread group leader. */
static __always_inline void fill_process(struct process_exec *record, struct task_struct *task, __u16 op)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	struct inode *inode = BPF_CORE_READ(task, mm, exe_file, f_inode);

	record->header = record_header(op, sizeof(*record), bpf_ktime_get_ns());
	record->start_boottime_ns = process_start(task);
	record->parent_start_boottime_ns = process_start(parent);
	record->cgroup_id = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	record->exe_inode = BPF_CORE_READ(inode, i_ino);
	record->exe_device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->tgid = BPF_CORE_READ(task, tgid);
	record->parent_tgid = BPF_CORE_READ(parent, tgid);
	record->uid = BPF_CORE_READ(task, cred, uid.val);
	record->gid = BPF_CORE_READ(task, cred, gid.val);
	record->euid = BPF_CORE_READ(task, cred, euid.val);
	record->argc = 0;
	record->args_len = 0;
	record->path_len = 0;
	record->cwd_len = 0;
	fill_namespaces(record, task);
	BPF_CORE_READ_STR_INTO(&record->comm, task, comm);
}

/* Path of the executable and working directory into data. Returns the bytes used, at most two paths. */
static __always_inline __u32 fill_paths(struct exec_scratch *scratch, struct task_struct *task)
{
	struct process_exec *record = &scratch->record;
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	__u32 path_len = 0;
	__u32 cwd_len = 0;
	int truncated = 0;

	if (exe)
		path_len = read_path(&scratch->path, __builtin_preserve_access_index(&exe->f_path), scratch->data, &truncated);
	if (path_len > k_path_max)
		path_len = k_path_max;
	if (fs)
		cwd_len = read_path(&scratch->path, __builtin_preserve_access_index(&fs->pwd), scratch->data + path_len,
				    &truncated);
	if (cwd_len > k_path_max)
		cwd_len = k_path_max;
	if (truncated)
		record->header.flags |= k_flag_truncated;
	record->path_len = path_len;
	record->cwd_len = cwd_len;
	return path_len + cwd_len;
}

/* The name the exec was called with, for the rare image without a file. */
static __always_inline __u32 fill_filename(struct exec_scratch *scratch, struct linux_binprm *bprm)
{
	long length = bpf_probe_read_kernel_str(scratch->data, k_path_max, BPF_CORE_READ(bprm, filename));

	if (length <= 1 || length > k_path_max)
		return 0;
	scratch->record.path_len = length - 1;
	return length - 1;
}

/* The argument strings of the current process to data + at. Page by page, so that one page that isn't resident costs
 * only what lies behind it. Returns the bytes kept. */
static __always_inline __u32 fill_args(struct exec_scratch *scratch, struct task_struct *task, __u32 at)
{
	struct process_exec *record = &scratch->record;
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	unsigned long start = BPF_CORE_READ(mm, arg_start);
	unsigned long length = BPF_CORE_READ(mm, arg_end) - start;
	__u32 limit = args_limit < k_args_max ? args_limit : k_args_max;
	__u32 done = 0;

	if (length > limit) {
		record->header.flags |= k_flag_truncated;
		length = limit;
	}
	if (at > 2 * k_path_max)
		return 0;
	for (__u32 page = 0; page < k_args_max / k_args_page; page++) {
		__u32 offset = page * k_args_page;
		__u32 part;

		if (offset >= length)
			break;
		part = length - offset;
		if (part > k_args_page)
			part = k_args_page;
		if (bpf_probe_read_user(scratch->data + at + offset, part, (void *)(start + offset))) {
			record->header.flags |= k_flag_truncated;
			count_emit(k_op_process_exec, k_emit_read_fault, 0, length - offset);
			break;
		}
		done = offset + part;
	}
	record->args_len = done;
	return done;
}

/* Sends the record with used bytes of data. */
static __always_inline void send_exec(struct exec_scratch *scratch, __u32 used)
{
	__u64 size = sizeof(struct process_exec) + used;

	if (size > sizeof(struct process_exec) + sizeof(scratch->data))
		return;
	scratch->record.header.size = size;
	if (!output_record(&events, &scratch->record.header, size, size))
		mark_reported(scratch->record.tgid);
}

/* Writes the record to the iterator's reader instead of a ring, padded like there. */
static __always_inline void write_seen(struct seq_file *seq, struct exec_scratch *scratch, __u32 used)
{
	__u64 size = sizeof(struct process_exec) + used;
	__u64 padded = (size + 7) & ~7ULL;

	if (padded > sizeof(struct process_exec) + 2 * k_path_max)
		return;
	scratch->record.header.size = size;
	bpf_seq_write(seq, &scratch->record, padded);
}

#endif
