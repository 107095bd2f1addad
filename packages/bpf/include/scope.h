/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * Whether the current process is to be captured, decided in the kernel before anything else is done for it. Not
 * cached: a kind of filter that is not in use costs nothing, and the answer follows fork, exec and setuid by itself.
 */
#ifndef EYRIE_SCOPE_H
#define EYRIE_SCOPE_H

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "control.h"
#include "kernel_types.h"
#include "maps/scope.h"

enum scope_limits {
	k_scope_cgroup_levels = 16,
};

static __always_inline __u8 scope_of_cgroups(void)
{
	__u8 actions = 0;

	for (int level = 0; level < k_scope_cgroup_levels; level++) {
		__u64 id = bpf_get_current_ancestor_cgroup_id(level);
		__u8 *action;

		if (!id)
			break;
		action = bpf_map_lookup_elem(&scope_cgroups, &id);
		if (action)
			actions |= *action;
	}
	return actions;
}

/* On kernels where an exiting task has no memory map any more its executable is unknown: it counts as included, since an
 * exit too many is harmless and a missing one leaves a process running for ever. */
static __always_inline __u8 scope_of_executable(struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct inode *inode = BPF_CORE_READ(mm, exe_file, f_inode);
	struct file_key key = {
		.inode = BPF_CORE_READ(inode, i_ino),
		.device = BPF_CORE_READ(inode, i_sb, s_dev),
	};
	__u8 *action = bpf_map_lookup_elem(&scope_executables, &key);

	if (!mm)
		return k_scope_include;
	return action ? *action : 0;
}

/* 1 when a process with this tgid and otherwise like the current one is in scope. */
static __always_inline int in_scope_as(__u32 tgid)
{
	__u32 zero = 0;
	__u32 uid = bpf_get_current_uid_gid();
	struct scope_config *config = bpf_map_lookup_elem(&scope_config, &zero);
	__u8 *action;
	__u8 actions = 0;
	__u32 kinds;

	if (!config || config->mode == k_scope_nothing)
		return 0;
	kinds = config->kinds;
	if (kinds & k_scope_by_subtree) {
		action = bpf_map_lookup_elem(&scope_subtrees, &tgid);
		actions |= action ? *action : 0;
	}
	if (kinds & k_scope_by_user) {
		action = bpf_map_lookup_elem(&scope_users, &uid);
		actions |= action ? *action : 0;
	}
	if (kinds & k_scope_by_cgroup)
		actions |= scope_of_cgroups();
	if (kinds & k_scope_by_executable)
		actions |= scope_of_executable((struct task_struct *)bpf_get_current_task());
	if (actions & (k_scope_exclude | k_scope_exclude_self))
		return 0;
	return config->mode == k_scope_everything || (config->mode == k_scope_selected && (actions & k_scope_include));
}

/* 1 when the current process is in scope. */
static __always_inline int current_in_scope(void)
{
	return in_scope_as(bpf_get_current_pid_tgid() >> 32);
}

#endif
