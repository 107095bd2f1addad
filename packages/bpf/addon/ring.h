// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace eyrie {

// The consumer side of one BPF ring buffer map, mapped into this process. Used by one thread at a time, except
// pending(), which any thread may call.
class Ring {
 public:
  Ring() = default;
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // `map_fd` stays the caller's and must outlive the ring. Returns 0 or an errno.
  int Open(int map_fd, size_t size_bytes);
  void Close();

  int fd() const { return fd_; }
  size_t size_bytes() const { return size_; }
  // Bytes the kernel has reserved and this side has not consumed yet.
  size_t pending() const;

  // Visits committed records in order until there is none, or `visit` returns false (that record stays in the ring).
  template <typename Visit>
  void Drain(Visit&& visit);

 private:
  // Layout of a record header, include/uapi/linux/bpf.h: length with two flag bits, then an offset for the kernel.
  static constexpr uint32_t kBusy = 1u << 31;
  static constexpr uint32_t kDiscard = 1u << 30;
  static constexpr size_t kHeader = 8;

  int fd_ = -1;
  size_t size_ = 0;
  size_t page_ = 0;
  uint8_t* consumer_page_ = nullptr;
  uint8_t* producer_pages_ = nullptr;
  uint8_t* data_ = nullptr;
};

template <typename Visit>
void Ring::Drain(Visit&& visit) {
  auto* consumer = reinterpret_cast<std::atomic<uint64_t>*>(consumer_page_);
  auto* producer = reinterpret_cast<std::atomic<uint64_t>*>(producer_pages_);
  uint64_t position = consumer->load(std::memory_order_relaxed);
  const uint64_t start = position;
  uint64_t published = start;
  uint64_t end = producer->load(std::memory_order_acquire);
  while (position < end) {
    const uint8_t* at = data_ + (position & (size_ - 1));
    const uint32_t word = reinterpret_cast<const std::atomic<uint32_t>*>(at)->load(std::memory_order_acquire);
    if (word & kBusy) break;
    // Written by another processor a moment ago: fetched while the record before it is copied. The mapping goes on.
    for (size_t line = 0; line < 256; line += 64) __builtin_prefetch(at + 512 + line);
    const uint32_t length = word & ~(kBusy | kDiscard);
    if (!(word & kDiscard) && !visit(at + kHeader, length)) break;
    position += (static_cast<uint64_t>(length) + kHeader + 7) & ~uint64_t{7};
    // Space is given back in steps, so that a long drain does not keep the producers waiting for room.
    if (position - published >= size_ / 64) {
      consumer->store(position, std::memory_order_release);
      published = position;
    }
    if (position == end) end = producer->load(std::memory_order_acquire);
  }
  if (position != published) consumer->store(position, std::memory_order_release);
}

}  // namespace eyrie
