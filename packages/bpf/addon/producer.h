// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <napi.h>

namespace eyrie {

// For benchmarks: makes a BPF program write into a real ring from a thread of its own, and reads a ring in C++ for
// comparison. Neither is part of a running sensor.
class Producer : public Napi::ObjectWrap<Producer> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit Producer(const Napi::CallbackInfo& info);
  ~Producer() override;

 private:
  struct Work;
  Napi::Value Start(const Napi::CallbackInfo& info);
  Napi::Value Consume(const Napi::CallbackInfo& info);
  Napi::Value State(const Napi::CallbackInfo& info);
  Napi::Value Stop(const Napi::CallbackInfo& info);

  std::unique_ptr<Work> work_;
};

}  // namespace eyrie
