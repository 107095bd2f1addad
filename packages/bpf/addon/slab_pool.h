// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace eyrie {

// One buffer of the pool. `used` is written by the reader thread before hand-off and by nobody afterwards.
struct Slab {
  explicit Slab(size_t size) : data(new uint8_t[size]) {}
  std::unique_ptr<uint8_t[]> data;
  size_t used = 0;
  uint32_t records = 0;
};

// Buffers of one size, bounded in bytes. What is out (being filled, queued or held by JavaScript) counts against the
// bound, so a consumer that stalls costs at most `limit_bytes`. Any thread may call any method.
class SlabPool {
 public:
  SlabPool(size_t slab_bytes, size_t limit_bytes) : slab_bytes_(slab_bytes), limit_bytes_(limit_bytes) {}

  // Null when the bound is reached: the caller drops and counts.
  std::unique_ptr<Slab> Take();
  void Return(std::unique_ptr<Slab> slab);

  size_t slab_bytes() const { return slab_bytes_; }
  size_t out_bytes() const { return out_.load(std::memory_order_relaxed) * slab_bytes_; }

 private:
  const size_t slab_bytes_;
  const size_t limit_bytes_;
  std::atomic<size_t> out_{0};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Slab>> free_;
};

}  // namespace eyrie
