// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace eyrie {

// While one of these lives, what libbpf prints on this thread (the verifier log among it) is kept instead of shown.
// libbpf's print hook is one per process and carries no context, hence the thread-local behind it. Not nestable.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Installs the hook. Safe to call from several environments: it always installs the same function.
void InstallLibbpfLog();

}  // namespace eyrie
