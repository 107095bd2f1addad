// SPDX-License-Identifier: Apache-2.0
// What one JavaScript environment sees of the addon.
#include <napi.h>

#include "engine.h"
#include "libbpf_log.h"
#include "producer.h"

namespace eyrie {

namespace {
// (makeError): once in each environment, before anything else.
Napi::Value Initialize(const Napi::CallbackInfo& info) {
  auto* state = info.Env().GetInstanceData<EnvironmentState>();
  state->make_error = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}
}  // namespace

Napi::Object Start(Napi::Env env, Napi::Object exports) {
  InstallLibbpfLog();
  env.SetInstanceData(new EnvironmentState());
  exports.Set("initialize", Napi::Function::New<Initialize>(env, "initialize"));
  exports.Set("NativeEngine", Engine::Define(env));
  exports.Set("Producer", Producer::Define(env));
  return exports;
}

NODE_API_MODULE(eyrie_bpf, Start)

}  // namespace eyrie
