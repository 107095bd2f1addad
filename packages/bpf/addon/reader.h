// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "ring.h"
#include "slab_pool.h"

namespace eyrie {

struct ReaderOptions {
  int tick_ms = 5;
  // Records of this operation leave on the urgent path, in batches of their own, and not in the ordinary ones.
  uint16_t urgent_op = 0;
};

struct ReaderCounters {
  std::atomic<uint64_t> records{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> batches{0};
  std::atomic<uint64_t> dropped_batches{0};
  std::atomic<uint64_t> dropped_records{0};
  std::atomic<uint64_t> dropped_bytes{0};
  // Records no slab can hold or whose header is inconsistent.
  std::atomic<uint64_t> bad_records{0};
};

// Takes finished batches. Called on the reader thread; must not block; owns the slab from then on.
class BatchSink {
 public:
  virtual ~BatchSink() = default;
  virtual void Deliver(std::unique_ptr<Slab> slab, bool urgent) = 0;
};

// The one thread that waits on the rings. Everything but Run and what it calls is used on the JavaScript thread.
class Reader {
 public:
  Reader(std::shared_ptr<SlabPool> pool, std::shared_ptr<SlabPool> urgent_pool, BatchSink* sink, ReaderOptions options)
      : sink_(sink), options_(options) {
    ordinary_.pool = std::move(pool);
    urgent_.pool = std::move(urgent_pool);
    urgent_.urgent = true;
  }
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Both before Start. Return 0 or an errno.
  int AddRing(int map_fd, size_t size_bytes);
  int Start();
  // Asks the thread to drain once more and end, and waits for that. Idempotent.
  void Stop();
  // After Stop and before the maps go.
  void CloseRings();

  const ReaderCounters& counters() const { return counters_; }
  size_t pending_bytes() const;

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  void DrainAll();
  // A batch being filled and where its buffers come from.
  struct Lane {
    std::shared_ptr<SlabPool> pool;
    bool urgent = false;
    std::unique_ptr<Slab> slab;
    size_t skip_bytes = 0;
    // Since when the pool has had no buffer; zero while it has.
    Clock::time_point refused_since{};
  };
  // False when the record is to stay in the ring.
  bool Append(Lane* lane, const uint8_t* record, uint32_t length);
  bool Waits(Lane* lane);
  void Flush(Lane* lane);

  BatchSink* sink_;
  ReaderOptions options_;
  std::vector<std::unique_ptr<Ring>> rings_;
  ReaderCounters counters_;
  std::thread thread_;
  int epoll_fd_ = -1;
  int stop_fd_ = -1;
  // Reader thread only: this pass is the last one.
  bool stopping_ = false;
  Lane ordinary_;
  Lane urgent_;
};

}  // namespace eyrie
