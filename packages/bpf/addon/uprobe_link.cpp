// SPDX-License-Identifier: Apache-2.0
#include "uprobe_link.h"

#include <cerrno>
#include <cstring>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace eyrie {

namespace {
constexpr uint32_t kMultiReturn = 1;  // BPF_F_UPROBE_MULTI_RETURN

// The part of union bpf_attr that BPF_LINK_CREATE reads for uprobe_multi and session links.
struct LinkCreateUprobes {
  uint32_t prog_fd;
  uint32_t target_fd;
  uint32_t attach_type;
  uint32_t flags;
  uint64_t path;
  uint64_t offsets;
  uint64_t ref_ctr_offsets;
  uint64_t cookies;
  uint32_t count;
  uint32_t multi_flags;
  uint32_t pid;
  uint32_t pad;
};
static_assert(sizeof(LinkCreateUprobes) == 64, "layout of union bpf_attr, link_create.uprobe_multi");
}  // namespace

int CreateUprobeLink(const UprobeSpec& spec) {
  LinkCreateUprobes attr;
  memset(&attr, 0, sizeof attr);
  attr.prog_fd = static_cast<uint32_t>(spec.program_fd);
  attr.attach_type = spec.attach_type;
  attr.path = reinterpret_cast<uint64_t>(spec.path);
  attr.offsets = reinterpret_cast<uint64_t>(spec.offsets.data());
  attr.cookies = spec.cookies.empty() ? 0 : reinterpret_cast<uint64_t>(spec.cookies.data());
  attr.count = static_cast<uint32_t>(spec.offsets.size());
  attr.multi_flags = spec.on_return ? kMultiReturn : 0;
  const long fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof attr);
  return fd < 0 ? -errno : static_cast<int>(fd);
}

}  // namespace eyrie
