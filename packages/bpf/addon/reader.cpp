// SPDX-License-Identifier: Apache-2.0
#include "reader.h"

#include <cerrno>
#include <cstring>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "wire.h"

namespace eyrie {

namespace {
constexpr int kNice = -10;
}  // namespace

static_assert(sizeof(record_header) == 16, "layout of struct record_header");
static_assert(sizeof(image_mapped) == 48, "layout of struct image_mapped");

Reader::~Reader() {
  Stop();
  if (epoll_fd_ >= 0) close(epoll_fd_);
  if (stop_fd_ >= 0) close(stop_fd_);
}

int Reader::AddRing(int map_fd, size_t size_bytes) {
  auto ring = std::make_unique<Ring>();
  const int error = ring->Open(map_fd, size_bytes);
  if (error == 0) rings_.push_back(std::move(ring));
  return error;
}

int Reader::Start() {
  epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd_ < 0) return errno;
  stop_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_fd_ < 0) return errno;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = stop_fd_;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, stop_fd_, &event) != 0) return errno;
  for (const auto& ring : rings_) {
    // Edge triggered: a ring that is being filled without wake-ups must not make every wait return at once.
    event.events = EPOLLIN | EPOLLET;
    event.data.fd = ring->fd();
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, ring->fd(), &event) != 0) return errno;
  }
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "eyrie-reader");
  return 0;
}

void Reader::Stop() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  const ssize_t written = write(stop_fd_, &one, sizeof one);
  static_cast<void>(written);  // can only fail when the counter is full, and then the thread is woken already
  thread_.join();
}

void Reader::CloseRings() {
  for (const auto& ring : rings_) ring->Close();
}

size_t Reader::pending_bytes() const {
  size_t sum = 0;
  for (const auto& ring : rings_) sum += ring->pending();
  return sum;
}

// Reader thread.
void Reader::Run() {
  // On a machine with more work than processors the ring must still be emptied in time; the thread itself does little.
  // Without the right to it the thread runs like any other. Linux takes 0 for the calling thread alone.
  setpriority(PRIO_PROCESS, 0, kNice);
  bool stopping = false;
  while (!stopping) {
    epoll_event events[4];
    const int count = epoll_wait(epoll_fd_, events, 4, options_.tick_ms);
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == stop_fd_) stopping = true;
    }
    stopping_ = stopping;
    DrainAll();
  }
}

// Reader thread. One pass over all rings; what it found is handed over at its end, so no batch is older than a tick.
void Reader::DrainAll() {
  for (const auto& ring : rings_) {
    // A busy producer must not keep the pass from ending: at most one ring's worth is taken per visit.
    size_t budget = ring->size_bytes();
    ring->Drain([&](const uint8_t* record, uint32_t length) {
      if (length > budget) return false;
      budget -= length;
      if (length < sizeof(record_header)) {
        counters_.bad_records.fetch_add(1, std::memory_order_relaxed);
        return true;
      }
      const auto* header = reinterpret_cast<const record_header*>(record);
      const uint32_t size = header->size;
      if (size < sizeof(record_header) || size > length || size > ordinary_.pool->slab_bytes()) {
        counters_.bad_records.fetch_add(1, std::memory_order_relaxed);
        return true;
      }
      const bool urgent = options_.urgent_op != 0 && header->op == options_.urgent_op;
      return Append(urgent ? &urgent_ : &ordinary_, record, size);
    });
    Flush(&urgent_);
  }
  Flush(&ordinary_);
  ordinary_.skip_bytes = 0;
  urgent_.skip_bytes = 0;
}

// Reader thread.
bool Reader::Append(Lane* lane, const uint8_t* record, uint32_t length) {
  const size_t padded = (static_cast<size_t>(length) + 7) & ~size_t{7};
  if (lane->slab && lane->slab->used + padded > lane->pool->slab_bytes()) Flush(lane);
  if (!lane->slab) {
    // After a refusal a whole batch's worth of this pass is dropped before asking again: loss in few, long pieces.
    if (lane->skip_bytes == 0) {
      lane->slab = lane->pool->Take();
      if (lane->slab) {
        lane->refused_since = {};
      } else {
        if (Waits(lane)) return false;
        counters_.dropped_batches.fetch_add(1, std::memory_order_relaxed);
        lane->skip_bytes = lane->pool->slab_bytes();
      }
    }
    if (!lane->slab) {
      lane->skip_bytes -= padded < lane->skip_bytes ? padded : lane->skip_bytes;
      counters_.dropped_records.fetch_add(1, std::memory_order_relaxed);
      counters_.dropped_bytes.fetch_add(length, std::memory_order_relaxed);
      return true;
    }
  }
  Slab& to = *lane->slab;
  memcpy(to.data.get() + to.used, record, length);
  if (padded != length) memset(to.data.get() + to.used + length, 0, padded - length);
  to.used += padded;
  to.records++;
  return true;
}

// Reader thread. When JavaScript is behind, records stay in the ring for up to a tick: what then finds no room there is counted
// by the kernel and marked as a gap in its stream, and costs no time here that JavaScript needs to catch up.
bool Reader::Waits(Lane* lane) {
  if (lane->urgent || stopping_) return false;
  const Clock::time_point now = Clock::now();
  if (lane->refused_since == Clock::time_point{}) lane->refused_since = now;
  return now - lane->refused_since < std::chrono::milliseconds(options_.tick_ms);
}

// Reader thread.
void Reader::Flush(Lane* lane) {
  if (!lane->slab) return;
  counters_.records.fetch_add(lane->slab->records, std::memory_order_relaxed);
  counters_.bytes.fetch_add(lane->slab->used, std::memory_order_relaxed);
  counters_.batches.fetch_add(1, std::memory_order_relaxed);
  sink_->Deliver(std::move(lane->slab), lane->urgent);
  lane->slab.reset();
}

}  // namespace eyrie
