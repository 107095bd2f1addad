/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The path of a file from its dentry and mount, up to the root of its mount namespace: what bpf_d_path would give where
 * it may not be called. A chroot does not shorten it. Longer or deeper than the limits: the last part is kept.
 */
#ifndef EYRIE_PATH_WALK_H
#define EYRIE_PATH_WALK_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "kernel_types.h"
#include "wire.h"

enum path_walk_limits {
	k_path_name_max = 255,
	k_path_depth_max = 512, /* dentries and mount points passed */
};

/* Filled from behind; the spare bytes let the verifier accept a name that starts at the last offset. */
struct path_buffer {
	char text[k_path_max + k_path_name_max + 1];
};

struct path_walk {
	struct dentry *dentry;
	struct vfsmount *vfsmount;
	struct path_buffer *buffer;
	__u32 start; /* offset of the first byte in use */
	__u32 complete;
};

/* Puts the walk on the mount point of its mount; 0 when that mount is the topmost. */
static __always_inline int leave_mount(struct path_walk *walk)
{
	struct mount *mount = (void *)walk->vfsmount - bpf_core_field_offset(struct mount, mnt);
	struct mount *parent = BPF_CORE_READ(mount, mnt_parent);

	if (!parent || parent == mount)
		return 0;
	walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
	walk->vfsmount = (void *)parent + bpf_core_field_offset(struct mount, mnt);
	return 1;
}

static long walk_step(__u32 index, struct path_walk *walk)
{
	struct dentry *dentry = walk->dentry;
	struct vfsmount *vfsmount = walk->vfsmount;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	__u32 length = BPF_CORE_READ(dentry, d_name.len);
	__u32 start = walk->start;

	if (dentry == BPF_CORE_READ(vfsmount, mnt_root)) {
		walk->complete = !leave_mount(walk);
		return walk->complete;
	}
	if (length > k_path_name_max)
		length = k_path_name_max;
	if (start < length + 1)
		return 1;
	start = (start - length - 1) & (k_path_max - 1);
	walk->buffer->text[start] = '/';
	bpf_probe_read_kernel(&walk->buffer->text[start + 1], length, BPF_CORE_READ(dentry, d_name.name));
	walk->start = start;
	walk->dentry = parent;
	/* its own parent without being a mount's root: a file of no directory, such as a memfd */
	walk->complete = dentry == parent;
	return walk->complete;
}

/* Writes the path to out, which has room for k_path_max bytes, without a terminating NUL. Returns its length, and sets
 * *truncated when the front is missing. */
static __always_inline __u32 read_path(struct path_buffer *buffer, struct path *path, char *out, int *truncated)
{
	struct path_walk walk = {
		.dentry = BPF_CORE_READ(path, dentry),
		.vfsmount = BPF_CORE_READ(path, mnt),
		.buffer = buffer,
		.start = k_path_max,
	};
	__u32 length;

	if (!walk.dentry || !walk.vfsmount)
		return 0;
	bpf_loop(k_path_depth_max, walk_step, &walk, 0);
	if (!walk.complete)
		*truncated = 1;
	if (walk.start >= k_path_max) {
		out[0] = '/';
		return 1;
	}
	length = k_path_max - walk.start;
	if (length > k_path_max || bpf_probe_read_kernel(out, length, &buffer->text[walk.start & (k_path_max - 1)]))
		return 0;
	return length;
}

#endif
