// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bpf/libbpf.h>
#include <future>
#include <map>
#include <memory>
#include <napi.h>
#include <string>
#include <unordered_map>
#include <vector>

#include "reader.h"
#include "slab_pool.h"

namespace eyrie {

// State of one JavaScript environment (the main thread or one worker).
struct EnvironmentState {
  // (operation, subject, errno, detail) => Error, written in TypeScript.
  Napi::FunctionReference make_error;
};

struct Delivery;

// What a queued or held batch needs to find its way home, shared with finalizers that may outlive the engine.
struct HandOff {
  std::shared_ptr<SlabPool> pool;
  std::shared_ptr<SlabPool> urgent_pool;
  // JavaScript thread only: batches that JavaScript holds, by address.
  std::unordered_map<const void*, Delivery*> held;
};

// A slab on its way to JavaScript, or held there.
struct Delivery {
  std::shared_ptr<HandOff> hand_off;
  std::unique_ptr<Slab> slab;
  bool urgent = false;
  // Gives the slab back. JavaScript thread, or whichever thread tears the queue down.
  void GiveBack();
};

// The native object behind a sensor. One way only: open -> configure -> load -> attach -> read -> close. Every method
// runs on the JavaScript thread that made the object, except Deliver (reader thread).
class Engine : public Napi::ObjectWrap<Engine>, public BatchSink {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit Engine(const Napi::CallbackInfo& info);
  ~Engine() override;

  void Deliver(std::unique_ptr<Slab> slab, bool urgent) override;

 private:
  struct Link {
    bpf_link* link = nullptr;
    int fd = -1;
  };

  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Describe(const Napi::CallbackInfo& info);
  Napi::Value SetGlobal(const Napi::CallbackInfo& info);
  Napi::Value SetMaxEntries(const Napi::CallbackInfo& info);
  Napi::Value ReuseMap(const Napi::CallbackInfo& info);
  Napi::Value ConfigureProgram(const Napi::CallbackInfo& info);
  Napi::Value Load(const Napi::CallbackInfo& info);
  Napi::Value Attach(const Napi::CallbackInfo& info);
  Napi::Value AttachTracepoint(const Napi::CallbackInfo& info);
  Napi::Value AttachUprobes(const Napi::CallbackInfo& info);
  Napi::Value AttachPerfUprobe(const Napi::CallbackInfo& info);
  Napi::Value Detach(const Napi::CallbackInfo& info);
  Napi::Value ReadIterator(const Napi::CallbackInfo& info);
  Napi::Value MapUpdate(const Napi::CallbackInfo& info);
  Napi::Value MapDelete(const Napi::CallbackInfo& info);
  Napi::Value MapLookup(const Napi::CallbackInfo& info);
  Napi::Value MapKeys(const Napi::CallbackInfo& info);
  Napi::Value ProgramFd(const Napi::CallbackInfo& info);
  Napi::Value MapFd(const Napi::CallbackInfo& info);
  Napi::Value StartReading(const Napi::CallbackInfo& info);
  Napi::Value Release(const Napi::CallbackInfo& info);
  Napi::Value Stats(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  // Stop, join, detach, destroy, release. Idempotent; shared by close(), the destructor and environment cleanup.
  void CloseAll();
  void DetachAll();
  // Any thread.
  static void CloseLinks(std::vector<Link> links);
  Napi::Value Fail(const char* operation, const std::string& subject, int error, const std::string& detail);
  bpf_object* ObjectAt(const Napi::CallbackInfo& info);
  bpf_map* MapAt(const Napi::CallbackInfo& info);
  bpf_program* ProgramAt(const Napi::CallbackInfo& info);
  uint8_t* GlobalAt(bpf_object* object, const std::string& name, size_t* size);
  Napi::Value KeepLink(Link link);

  static void OnEnvironmentEnd(void* self);
  static void CallJavaScript(napi_env env, napi_value callback, void* context, void* data);

  std::vector<bpf_object*> objects_;
  std::map<uint32_t, Link> links_;
  std::vector<std::future<void>> detaching_;
  uint32_t next_link_ = 1;
  std::shared_ptr<HandOff> hand_off_;
  std::unique_ptr<Reader> reader_;
  napi_threadsafe_function queue_ = nullptr;
  bool cleanup_hooked_ = false;
  bool closed_ = false;
};

}  // namespace eyrie
