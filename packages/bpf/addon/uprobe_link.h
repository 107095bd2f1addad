// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace eyrie {

// Values of enum bpf_attach_type that the headers of libbpf 1.1 do not know (include/uapi/linux/bpf.h).
constexpr uint32_t kAttachUprobeMulti = 48;    // Linux 6.6
constexpr uint32_t kAttachUprobeSession = 57;  // Linux 6.13

struct UprobeSpec {
  int program_fd = -1;
  uint32_t attach_type = kAttachUprobeMulti;
  bool on_return = false;
  const char* path = nullptr;
  std::vector<uint64_t> offsets;
  std::vector<uint64_t> cookies;
};

// One link with all offsets of one file, by the bare system call: libbpf has it from 1.3 on. Returns the link's
// descriptor, or a negative errno.
int CreateUprobeLink(const UprobeSpec& spec);

}  // namespace eyrie
