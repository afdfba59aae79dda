#include <utility>

#include "offex/base/check.hpp"

#include "ingest/decode_queue_internal.hpp"

namespace offex::ingest {

DecodeQueue::DecodeQueue(Decoder& decoder, unsigned threads)
    : decoder_{decoder}, ahead_{std::size_t{threads} * 4 + 4} {
  for (unsigned i = 0; i < threads; ++i) {
    workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

DecodeQueue::~DecodeQueue() {
  for (std::jthread& worker : workers_) worker.request_stop();
  changed_.notify_all();
}

void DecodeQueue::push(Bundle bundle) {
  {
    const std::lock_guard lock{mutex_};
    slots_.push_back({.bundle = std::move(bundle), .decoded = {}});
  }
  changed_.notify_all();
}

std::vector<Decoded> DecodeQueue::take() {
  std::unique_lock lock{mutex_};
  OFFEX_CHECK(!slots_.empty());
  changed_.wait(lock, [&] { return slots_.front().decoded.has_value(); });
  std::vector<Decoded> out = std::move(*slots_.front().decoded);
  slots_.pop_front();
  next_ -= 1;
  lock.unlock();
  changed_.notify_all();
  return out;
}

bool DecodeQueue::ready() const {
  const std::lock_guard lock{mutex_};
  return !slots_.empty() && slots_.front().decoded.has_value();
}

std::size_t DecodeQueue::size() const {
  const std::lock_guard lock{mutex_};
  return slots_.size();
}

void DecodeQueue::work(const std::stop_token& stop) {
  while (true) {
    Slot* slot = nullptr;
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, stop, [&] { return next_ < slots_.size() && next_ < ahead_; });
      if (stop.stop_requested()) return;
      slot = &slots_[next_];
      next_ += 1;
    }
    std::vector<Decoded> decoded = decoder_.decode(slot->bundle);
    {
      const std::lock_guard lock{mutex_};
      slot->decoded = std::move(decoded);
    }
    changed_.notify_all();
  }
}

}  // namespace offex::ingest
