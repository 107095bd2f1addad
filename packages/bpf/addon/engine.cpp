// SPDX-License-Identifier: Apache-2.0
// Life cycle, hand-off and close of the native engine. Programs are in engine_programs.cpp, maps in engine_maps.cpp.
#include "engine.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <unistd.h>

#include "libbpf_log.h"

namespace eyrie {

namespace {
// The urgent path carries 48-byte notices; its bound is its own, so that a stall of the ordinary path leaves it open.
constexpr size_t kUrgentSlabBytes = 16 * 1024;
constexpr size_t kUrgentLimitBytes = 4 * 1024 * 1024;
// Closing a link waits for a grace period of the kernel; these waits overlap when made from several threads.
constexpr size_t kDetachThreads = 64;

// Says to the promise of close() that the queue is empty and gone. An environment that is being torn down refuses to
// settle promises; nobody is left to wait then, so the status is of no interest. Node-API's C++ wrapper would abort.
void SettleEnded(napi_env env, void* data, void*) {
  napi_handle_scope scope = nullptr;
  if (env == nullptr || napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value nothing = nullptr;
  if (napi_get_undefined(env, &nothing) == napi_ok) {
    napi_resolve_deferred(env, static_cast<napi_deferred>(data), nothing);
  }
  napi_close_handle_scope(env, scope);
}
}  // namespace

void Delivery::GiveBack() {
  if (!slab) return;
  (urgent ? hand_off->urgent_pool : hand_off->pool)->Return(std::move(slab));
}

Napi::Function Engine::Define(Napi::Env env) {
  return DefineClass(
      env, "NativeEngine",
      {
          InstanceMethod<&Engine::Open>("open"),
          InstanceMethod<&Engine::Describe>("describe"),
          InstanceMethod<&Engine::SetGlobal>("setGlobal"),
          InstanceMethod<&Engine::SetMaxEntries>("setMaxEntries"),
          InstanceMethod<&Engine::ReuseMap>("reuseMap"),
          InstanceMethod<&Engine::ConfigureProgram>("configureProgram"),
          InstanceMethod<&Engine::Load>("load"),
          InstanceMethod<&Engine::Attach>("attach"),
          InstanceMethod<&Engine::AttachTracepoint>("attachTracepoint"),
          InstanceMethod<&Engine::AttachUprobes>("attachUprobes"),
          InstanceMethod<&Engine::AttachPerfUprobe>("attachPerfUprobe"),
          InstanceMethod<&Engine::Detach>("detach"),
          InstanceMethod<&Engine::ReadIterator>("readIterator"),
          InstanceMethod<&Engine::MapUpdate>("mapUpdate"),
          InstanceMethod<&Engine::MapDelete>("mapDelete"),
          InstanceMethod<&Engine::MapLookup>("mapLookup"),
          InstanceMethod<&Engine::MapKeys>("mapKeys"),
          InstanceMethod<&Engine::ProgramFd>("programFd"),
          InstanceMethod<&Engine::MapFd>("mapFd"),
          InstanceMethod<&Engine::StartReading>("startReading"),
          InstanceMethod<&Engine::Release>("release"),
          InstanceMethod<&Engine::Stats>("stats"),
          InstanceMethod<&Engine::Close>("close"),
      });
}

Engine::Engine(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Engine>(info) {}

Engine::~Engine() { CloseAll(); }

// Throws the error that TypeScript makes of an operation that failed; the wording is not ours.
Napi::Value Engine::Fail(const char* operation, const std::string& subject, int error, const std::string& detail) {
  Napi::Env env = Env();
  EnvironmentState* state = env.GetInstanceData<EnvironmentState>();
  Napi::Value value = state->make_error.Call({Napi::String::New(env, operation), Napi::String::New(env, subject),
                                              Napi::Number::New(env, error < 0 ? -error : error),
                                              Napi::String::New(env, detail)});
  if (!env.IsExceptionPending()) Napi::Error(env, value).ThrowAsJavaScriptException();
  return env.Undefined();
}

// (rings: [object, map][], onBatch, options { slabBytes, handoffBytes, tickMs, urgentOp })
Napi::Value Engine::StartReading(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (closed_ || reader_) return Fail("misuse", "startReading", EINVAL, "");
  const Napi::Array rings = info[0].As<Napi::Array>();
  const Napi::Object options = info[2].As<Napi::Object>();
  const auto number = [&options](const char* name) { return options.Get(name).As<Napi::Number>().Int64Value(); };
  hand_off_ = std::make_shared<HandOff>();
  hand_off_->pool = std::make_shared<SlabPool>(number("slabBytes"), number("handoffBytes"));
  hand_off_->urgent_pool = std::make_shared<SlabPool>(kUrgentSlabBytes, kUrgentLimitBytes);
  ReaderOptions reader_options;
  reader_options.tick_ms = static_cast<int>(number("tickMs"));
  reader_options.urgent_op = static_cast<uint16_t>(number("urgentOp"));
  auto reader = std::make_unique<Reader>(hand_off_->pool, hand_off_->urgent_pool, this, reader_options);
  for (uint32_t i = 0; i < rings.Length(); i++) {
    const Napi::Array ring = Napi::Value(rings.Get(i)).As<Napi::Array>();
    const uint32_t object = Napi::Value(ring.Get(0u)).As<Napi::Number>().Uint32Value();
    const std::string name = Napi::Value(ring.Get(1u)).As<Napi::String>().Utf8Value();
    bpf_map* map = object < objects_.size() ? bpf_object__find_map_by_name(objects_[object], name.c_str()) : nullptr;
    if (map == nullptr) return Fail("map", name, ENOENT, "");
    const int error = reader->AddRing(bpf_map__fd(map), bpf_map__max_entries(map));
    if (error != 0) return Fail("read", name, error, "");
  }
  Napi::Value label = Napi::String::New(env, "eyrie batches");
  napi_deferred deferred = nullptr;
  napi_value ended = nullptr;
  if (napi_create_promise(env, &deferred, &ended) != napi_ok) return Fail("read", "queue", ENOMEM, "");
  // The queue itself is unbounded: the slab pools bound what can be in it.
  const napi_status status = napi_create_threadsafe_function(env, info[1], nullptr, label, 0, 1, deferred, SettleEnded,
                                                             nullptr, CallJavaScript, &queue_);
  if (status != napi_ok) return Fail("read", "queue", ENOMEM, "");
  // Hooks run in reverse order, so this one, made after the queue, runs before the queue's own: the thread is joined
  // before the queue goes.
  napi_add_env_cleanup_hook(env, OnEnvironmentEnd, this);
  cleanup_hooked_ = true;
  reader_ = std::move(reader);
  const int error = reader_->Start();
  if (error != 0) return Fail("read", "thread", error, "");
  return Napi::Value(env, ended);
}

// Reader thread.
void Engine::Deliver(std::unique_ptr<Slab> slab, bool urgent) {
  auto* delivery = new Delivery{hand_off_, std::move(slab), urgent};
  if (napi_call_threadsafe_function(queue_, delivery, napi_tsfn_nonblocking) != napi_ok) {
    delivery->GiveBack();
    delete delivery;
  }
}

// JavaScript thread, or the thread that tears the environment down, and then `env` is null.
void Engine::CallJavaScript(napi_env env, napi_value callback, void*, void* data) {
  auto* delivery = static_cast<Delivery*>(data);
  if (env == nullptr || callback == nullptr) {
    delivery->GiveBack();
    delete delivery;
    return;
  }
  void* bytes = delivery->slab->data.get();
  const size_t length = delivery->slab->used;
  const uint32_t records = delivery->slab->records;
  const bool urgent = delivery->urgent;
  napi_value buffer = nullptr;
  delivery->hand_off->held[bytes] = delivery;
  const auto finalize = [](napi_env, void* address, void* hint) {
    auto* ended = static_cast<Delivery*>(hint);
    // Still there only when JavaScript forgot to release it. After a release the slab may be out again under the
    // same address, so the entry is removed only if it is this delivery's.
    if (ended->slab) {
      const auto entry = ended->hand_off->held.find(address);
      if (entry != ended->hand_off->held.end() && entry->second == ended) ended->hand_off->held.erase(entry);
      ended->GiveBack();
    }
    delete ended;
  };
  if (napi_create_external_arraybuffer(env, bytes, length, finalize, delivery, &buffer) != napi_ok) {
    // Some embedders refuse external memory: hand over a copy.
    delivery->hand_off->held.erase(bytes);
    void* copy = nullptr;
    if (napi_create_arraybuffer(env, length, &copy, &buffer) == napi_ok) memcpy(copy, bytes, length);
    delivery->GiveBack();
    delete delivery;
    if (buffer == nullptr) return;
  }
  napi_value arguments[3];
  napi_value receiver;
  arguments[0] = buffer;
  napi_create_uint32(env, records, &arguments[1]);
  napi_get_boolean(env, urgent, &arguments[2]);
  napi_get_undefined(env, &receiver);
  // An exception thrown by the callback is left pending: Node-API reports it as uncaught.
  napi_call_function(env, receiver, callback, 3, arguments, nullptr);
}

// (buffer): detaches it and gives the slab back. A buffer that was released before is ignored.
Napi::Value Engine::Release(const Napi::CallbackInfo& info) {
  if (!hand_off_) return info.Env().Undefined();
  Napi::ArrayBuffer buffer = info[0].As<Napi::ArrayBuffer>();
  const auto entry = hand_off_->held.find(buffer.Data());
  if (buffer.Data() == nullptr || entry == hand_off_->held.end()) return info.Env().Undefined();
  Delivery* delivery = entry->second;
  hand_off_->held.erase(entry);
  std::unique_ptr<Slab> slab = std::move(delivery->slab);
  const std::shared_ptr<SlabPool> pool = delivery->urgent ? hand_off_->urgent_pool : hand_off_->pool;
  // Detaching may run the finalizer, which deletes the delivery; neither is touched after this.
  buffer.Detach();
  pool->Return(std::move(slab));
  return info.Env().Undefined();
}

Napi::Value Engine::Stats(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Object stats = Napi::Object::New(env);
  const auto set = [&](const char* name, uint64_t value) {
    stats.Set(name, Napi::Number::New(env, static_cast<double>(value)));
  };
  if (reader_) {
    const ReaderCounters& counters = reader_->counters();
    set("records", counters.records);
    set("bytes", counters.bytes);
    set("batches", counters.batches);
    set("droppedBatches", counters.dropped_batches);
    set("droppedRecords", counters.dropped_records);
    set("droppedBytes", counters.dropped_bytes);
    set("badRecords", counters.bad_records);
    set("pendingBytes", closed_ ? 0 : reader_->pending_bytes());
  }
  set("heldBytes", hand_off_ ? hand_off_->pool->out_bytes() : 0);
  set("links", links_.size());
  return stats;
}

Napi::Value Engine::Close(const Napi::CallbackInfo& info) {
  CloseAll();
  return info.Env().Undefined();
}

void Engine::OnEnvironmentEnd(void* self) {
  auto* engine = static_cast<Engine*>(self);
  engine->cleanup_hooked_ = false;
  engine->CloseAll();
}

void Engine::CloseAll() {
  if (closed_) return;
  closed_ = true;
  if (reader_) reader_->Stop();
  DetachAll();
  if (reader_) reader_->CloseRings();
  for (auto object = objects_.rbegin(); object != objects_.rend(); ++object) bpf_object__close(*object);
  objects_.clear();
  if (cleanup_hooked_) {
    napi_remove_env_cleanup_hook(Env(), OnEnvironmentEnd, this);
    cleanup_hooked_ = false;
  }
  if (queue_ != nullptr) {
    // Not an abort: what was read before the stop is still delivered while the environment lives.
    napi_release_threadsafe_function(queue_, napi_tsfn_release);
    queue_ = nullptr;
  }
}

void Engine::DetachAll() {
  std::vector<Link> links;
  for (const auto& [id, link] : links_) links.push_back(link);
  links_.clear();
  CloseLinks(std::move(links));
  for (std::future<void>& work : detaching_) work.wait();
  detaching_.clear();
}

void Engine::CloseLinks(std::vector<Link> links) {
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < links.size(); i = next++) {
      if (links[i].link != nullptr) bpf_link__destroy(links[i].link);
      if (links[i].fd >= 0) close(links[i].fd);
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < kDetachThreads && i < links.size(); i++) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace eyrie
