// SPDX-License-Identifier: Apache-2.0
#include "tracepoint.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace eyrie {

namespace {
// A mounted tracefs, or a new instance that is attached nowhere (fsopen, Linux 5.2).
int OpenTracefs() {
  for (const char* path : {"/sys/kernel/tracing/events", "/sys/kernel/debug/tracing/events"}) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) return fd;
  }
  const int context = static_cast<int>(syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC));
  if (context < 0) return -errno;
  int result = static_cast<int>(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
  int mount = -1;
  if (result == 0) mount = static_cast<int>(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0));
  int error = mount < 0 ? errno : 0;
  close(context);
  if (error != 0) return -error;
  result = openat(mount, "events", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  error = errno;
  close(mount);
  return result < 0 ? -error : result;
}
}  // namespace

int OpenTracepoint(const std::string& name) {
  const int folder = OpenTracefs();
  if (folder < 0) return folder;
  const int file = openat(folder, (name + "/id").c_str(), O_RDONLY | O_CLOEXEC);
  int error = errno;
  close(folder);
  if (file < 0) return -error;
  char text[32] = {};
  const ssize_t length = read(file, text, sizeof text - 1);
  error = errno;
  close(file);
  if (length <= 0) return length < 0 ? -error : -ENODATA;
  perf_event_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_TRACEPOINT;
  attr.config = strtoull(text, nullptr, 10);
  // A program attached to a tracepoint event runs on every CPU, whichever CPU the event names.
  const long fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
  return fd < 0 ? -errno : static_cast<int>(fd);
}

}  // namespace eyrie
