// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace eyrie {

// Opens a perf event on a tracepoint ("syscalls/sys_exit_mmap") for all processes, to attach a program to. Works where
// tracefs is not mounted: then a detached instance is used, which nobody else sees. Returns a descriptor or a negative
// errno.
int OpenTracepoint(const std::string& name);

}  // namespace eyrie
