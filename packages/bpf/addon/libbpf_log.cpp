// SPDX-License-Identifier: Apache-2.0
#include "libbpf_log.h"

#include <bpf/libbpf.h>
#include <cstdarg>
#include <cstdio>
#include <vector>

namespace eyrie {

namespace {
// A verifier log can be megabytes; its end says what was wrong, so the beginning is what goes.
constexpr size_t kKeepBytes = 64 * 1024;

thread_local std::string* current = nullptr;

int Print(enum libbpf_print_level level, const char* format, va_list arguments) {
  if (current == nullptr || level == LIBBPF_DEBUG) return 0;
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(nullptr, 0, format, arguments);
  if (length > 0) {
    std::vector<char> line(static_cast<size_t>(length) + 1);
    vsnprintf(line.data(), line.size(), format, again);
    current->append(line.data(), static_cast<size_t>(length));
    if (current->size() > kKeepBytes) current->erase(0, current->size() - kKeepBytes);
  }
  va_end(again);
  return length;
}
}  // namespace

LibbpfLog::LibbpfLog() { current = &text_; }
LibbpfLog::~LibbpfLog() { current = nullptr; }

void InstallLibbpfLog() { libbpf_set_print(Print); }

}  // namespace eyrie
