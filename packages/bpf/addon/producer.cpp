// SPDX-License-Identifier: Apache-2.0
#include "producer.h"

#include <atomic>
#include <bpf/bpf.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sched.h>
#include <thread>
#include <vector>

#include "engine.h"
#include "ring.h"

namespace eyrie {

namespace {
using Clock = std::chrono::steady_clock;

// What one run of the program is told and tells, packages/bpf/src/bench/bench.bpf.c `struct bench_run`.
struct BenchRun {
  uint64_t first;
  uint32_t count;
  uint32_t size;
  uint64_t sent;
  uint64_t refused;
};

uint64_t Microseconds(Clock::time_point from, Clock::time_point to) {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(to - from).count());
}

void PinTo(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}
}  // namespace

struct Producer::Work {
  std::thread producer;
  std::thread consumer;
  std::atomic<bool> stop{false};
  std::atomic<bool> producing{false};
  std::atomic<uint64_t> sent{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<uint64_t> producer_us{0};
  std::atomic<int> error{0};
  std::atomic<uint64_t> consumed{0};
  std::atomic<uint64_t> consumed_bytes{0};
  std::atomic<uint64_t> consumer_us{0};
  std::atomic<uint64_t> checksum{0};
  ~Work() {
    stop = true;
    if (producer.joinable()) producer.join();
    if (consumer.joinable()) consumer.join();
  }
};

Napi::Function Producer::Define(Napi::Env env) {
  return DefineClass(env, "Producer",
                     {
                         InstanceMethod<&Producer::Start>("start"),
                         InstanceMethod<&Producer::Consume>("consume"),
                         InstanceMethod<&Producer::State>("state"),
                         InstanceMethod<&Producer::Stop>("stop"),
                     });
}

Producer::Producer(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<Producer>(info), work_(std::make_unique<Work>()) {}

Producer::~Producer() = default;

// ({ programFd, total, recordBytes, burst, perSecond, cpu }): perSecond 0 is as fast as it goes; burst is the records
// of one run of the program.
Napi::Value Producer::Start(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  const auto number = [&options](const char* name) { return options.Get(name).As<Napi::Number>().Int64Value(); };
  const int program_fd = static_cast<int>(number("programFd"));
  const auto total = static_cast<uint64_t>(number("total"));
  const auto size = static_cast<uint32_t>(number("recordBytes"));
  const auto burst = static_cast<uint32_t>(number("burst"));
  const auto per_second = static_cast<uint64_t>(number("perSecond"));
  const int cpu = static_cast<int>(number("cpu"));
  Work* work = work_.get();
  if (work->producer.joinable()) work->producer.join();
  work->sent = 0;
  work->refused = 0;
  work->producing = true;
  work->producer = std::thread([=] {
    PinTo(cpu);
    const Clock::time_point start = Clock::now();
    uint64_t offered = 0;
    while (!work->stop && offered < total) {
      if (per_second > 0) {
        const auto due = std::chrono::microseconds(offered * 1000000 / per_second);
        std::this_thread::sleep_until(start + due);
      }
      BenchRun run{};
      run.first = offered;
      run.count = static_cast<uint32_t>(total - offered < burst ? total - offered : burst);
      run.size = size;
      bpf_test_run_opts test{};
      test.sz = sizeof test;
      // A syscall program answers in its argument.
      test.ctx_in = &run;
      test.ctx_size_in = sizeof run;
      const int error = bpf_prog_test_run_opts(program_fd, &test);
      if (error != 0) {
        work->error = error < 0 ? -error : error;
        break;
      }
      offered += run.count;
      work->sent += run.sent;
      work->refused += run.refused;
    }
    work->producer_us = Microseconds(start, Clock::now());
    work->producing = false;
  });
  return info.Env().Undefined();
}

// ({ mapFd, ringBytes, cpu, pollUs }): the comparison: one C++ thread that copies each record out of the ring and
// reads it, until stop() and the ring is empty.
Napi::Value Producer::Consume(const Napi::CallbackInfo& info) {
  const Napi::Object options = info[0].As<Napi::Object>();
  const auto number = [&options](const char* name) { return options.Get(name).As<Napi::Number>().Int64Value(); };
  const int map_fd = static_cast<int>(number("mapFd"));
  const auto ring_bytes = static_cast<size_t>(number("ringBytes"));
  const int cpu = static_cast<int>(number("cpu"));
  const auto poll_us = std::chrono::microseconds(number("pollUs"));
  Work* work = work_.get();
  if (work->consumer.joinable()) work->consumer.join();
  work->consumed = 0;
  work->consumed_bytes = 0;
  work->consumer = std::thread([=] {
    PinTo(cpu);
    Ring ring;
    const int error = ring.Open(map_fd, ring_bytes);
    if (error != 0) {
      work->error = error;
      return;
    }
    std::vector<uint8_t> copy(64 * 1024);
    uint64_t checksum = 0;
    Clock::time_point first{};
    while (true) {
      const bool last = work->stop;
      uint64_t records = 0;
      uint64_t bytes = 0;
      ring.Drain([&](const uint8_t* record, uint32_t length) {
        if (length > copy.size()) return true;
        memcpy(copy.data(), record, length);
        uint64_t word = 0;
        memcpy(&word, copy.data() + length - sizeof word, sizeof word);
        checksum += word;
        records++;
        bytes += length;
        return true;
      });
      if (records > 0 && first == Clock::time_point{}) first = Clock::now();
      work->consumed += records;
      work->consumed_bytes += bytes;
      if (records > 0) work->consumer_us = Microseconds(first, Clock::now());
      if (last) break;
      if (records == 0) std::this_thread::sleep_for(poll_us);
    }
    work->checksum = checksum;
  });
  return info.Env().Undefined();
}

Napi::Value Producer::State(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Object state = Napi::Object::New(env);
  const auto set = [&](const char* name, uint64_t value) {
    state.Set(name, Napi::Number::New(env, static_cast<double>(value)));
  };
  set("sent", work_->sent);
  set("refused", work_->refused);
  set("producerUs", work_->producer_us);
  set("errno", static_cast<uint64_t>(work_->error.load()));
  set("consumed", work_->consumed);
  set("consumedBytes", work_->consumed_bytes);
  set("consumerUs", work_->consumer_us);
  state.Set("producing", Napi::Boolean::New(env, work_->producing));
  return state;
}

// Ends both threads; the consumer drains the ring first.
Napi::Value Producer::Stop(const Napi::CallbackInfo& info) {
  work_->stop = true;
  if (work_->producer.joinable()) work_->producer.join();
  if (work_->consumer.joinable()) work_->consumer.join();
  work_->stop = false;
  return info.Env().Undefined();
}

}  // namespace eyrie
