// SPDX-License-Identifier: Apache-2.0
#include "ring.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace eyrie {

Ring::~Ring() { Close(); }

int Ring::Open(int map_fd, size_t size_bytes) {
  page_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_ = size_bytes;
  void* consumer = mmap(nullptr, page_, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
  if (consumer == MAP_FAILED) return errno;
  consumer_page_ = static_cast<uint8_t*>(consumer);
  // The data area is mapped twice in a row by the kernel, so a record that wraps is contiguous here.
  void* producer = mmap(nullptr, page_ + 2 * size_, PROT_READ, MAP_SHARED, map_fd, static_cast<off_t>(page_));
  if (producer == MAP_FAILED) {
    const int error = errno;
    Close();
    return error;
  }
  producer_pages_ = static_cast<uint8_t*>(producer);
  data_ = producer_pages_ + page_;
  fd_ = map_fd;
  return 0;
}

void Ring::Close() {
  if (consumer_page_ != nullptr) munmap(consumer_page_, page_);
  if (producer_pages_ != nullptr) munmap(producer_pages_, page_ + 2 * size_);
  consumer_page_ = nullptr;
  producer_pages_ = nullptr;
  data_ = nullptr;
  fd_ = -1;
}

size_t Ring::pending() const {
  if (consumer_page_ == nullptr) return 0;
  const uint64_t consumed = reinterpret_cast<std::atomic<uint64_t>*>(consumer_page_)->load(std::memory_order_relaxed);
  const uint64_t produced = reinterpret_cast<std::atomic<uint64_t>*>(producer_pages_)->load(std::memory_order_relaxed);
  return produced > consumed ? produced - consumed : 0;
}

}  // namespace eyrie
