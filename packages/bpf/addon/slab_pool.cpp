// SPDX-License-Identifier: Apache-2.0
#include "slab_pool.h"

#include <utility>

namespace eyrie {

namespace {
// Buffers kept for reuse; more than this were only needed during a stall and go back to the system.
constexpr size_t kKeepFree = 64;
}  // namespace

std::unique_ptr<Slab> SlabPool::Take() {
  const size_t out = out_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (out * slab_bytes_ > limit_bytes_) {
    out_.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!free_.empty()) {
      std::unique_ptr<Slab> slab = std::move(free_.back());
      free_.pop_back();
      return slab;
    }
  }
  return std::make_unique<Slab>(slab_bytes_);
}

void SlabPool::Return(std::unique_ptr<Slab> slab) {
  slab->used = 0;
  slab->records = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.size() < kKeepFree) free_.push_back(std::move(slab));
  }
  out_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace eyrie
