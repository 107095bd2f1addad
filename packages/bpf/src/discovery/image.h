/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
#ifndef EYRIE_DISCOVERY_IMAGE_H
#define EYRIE_DISCOVERY_IMAGE_H

#include <linux/ptrace.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "control.h"
#include "emit.h"
#include "kernel_types.h"
#include "maps.h"
#include "process_identity.h"
#include "wire.h"

/* include/uapi/asm-generic/mman-common.h */
enum mmap_arguments {
	k_prot_exec = 0x4,
	k_map_anonymous = 0x20,
};

static __always_inline struct file_key file_key(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	return (struct file_key){
		.inode = BPF_CORE_READ(inode, i_ino),
		.device = BPF_CORE_READ(inode, i_sb, s_dev),
	};
}

static __always_inline void report_image(struct task_struct *task, struct file_key *key, __u64 address)
{
	__u64 now = bpf_ktime_get_ns();
	struct image_mapped *record;

	if (bpf_map_lookup_elem(&seen_images, key))
		return;
	/* another CPU may have been faster: one of the two reports */
	if (bpf_map_update_elem(&seen_images, key, &now, BPF_NOEXIST))
		return;
	record = reserve_record(&events, k_op_image_mapped, sizeof(*record));
	if (!record) {
		bpf_map_delete_elem(&seen_images, key);
		return;
	}
	*record = (struct image_mapped){
		.header = record_header(k_op_image_mapped, sizeof(*record), now),
		.start_boottime_ns = process_start(task),
		.inode = key->inode,
		.address = address,
		.device = key->device,
		.tgid = BPF_CORE_READ(task, tgid),
	};
	submit_record_at_once(&events, record, k_op_image_mapped, sizeof(*record));
}

/* The file behind a mapping is the real one, also on overlayfs, where a descriptor's is the overlay's own. */
static long report_mapping(struct task_struct *task, struct vm_area_struct *vma, void *unused)
{
	struct file *file = BPF_CORE_READ(vma, vm_file);
	struct file_key key;

	if (!file || !(BPF_CORE_READ(vma, vm_flags) & k_vm_exec))
		return 0;
	key = file_key(file);
	report_image(task, &key, BPF_CORE_READ(vma, vm_start));
	return 0;
}

/* Looks at the mapping at an address of the current process. While another thread holds the lock of its memory map that
 * fails; then the file it was made from has to do. */
static __always_inline void look_at_mapping(struct task_struct *task, __u64 address, struct file *file)
{
	struct file_key key;

	if (!bpf_find_vma(task, address, report_mapping, 0, 0))
		return;
	if (!file) {
		count_emit(k_op_image_mapped, k_emit_read_fault, 1, 0);
		return;
	}
	key = file_key(file);
	report_image(task, &key, address);
}

/* Whether the mmap call that has just returned asked for an executable mapping of a file; the arguments are still in the
 * registers the task will return with. */
static __always_inline int maps_executable_file(struct pt_regs *regs)
{
	return (PT_REGS_PARM3_SYSCALL(regs) & k_prot_exec) && !(PT_REGS_PARM4_SYSCALL(regs) & k_map_anonymous);
}

/* The file behind the descriptor argument of mmap; NULL when it is closed by now. */
static __always_inline struct file *mapped_file(struct task_struct *task, struct pt_regs *regs)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	__u32 fd = PT_REGS_PARM5_SYSCALL(regs);
	struct file *file = 0;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

#endif
