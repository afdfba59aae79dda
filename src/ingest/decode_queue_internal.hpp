#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ingest/decode_internal.hpp"

namespace offex::ingest {

/// Threads that decode ahead of one consumer. Results come in the order in which bundles were
/// pushed. Few decoded bundles wait, so that memory does not grow with the number of bundles.
class DecodeQueue {
 public:
  /// `decoder` must outlive the queue.
  DecodeQueue(Decoder& decoder, unsigned threads);
  DecodeQueue(const DecodeQueue&) = delete;
  DecodeQueue& operator=(const DecodeQueue&) = delete;
  DecodeQueue(DecodeQueue&&) = delete;
  DecodeQueue& operator=(DecodeQueue&&) = delete;
  ~DecodeQueue();

  /// Never waits.
  void push(Bundle bundle);
  /// Waits for the oldest bundle. \pre size() > 0
  [[nodiscard]] std::vector<Decoded> take();
  /// Whether `take` would not wait.
  [[nodiscard]] bool ready() const;
  /// Pushed and not taken.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Slot {
    Bundle bundle;
    std::optional<std::vector<Decoded>> decoded;
  };
  void work(const std::stop_token& stop);

  Decoder& decoder_;
  std::size_t ahead_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Slot> slots_;             // a deque: workers hold references while others are pushed
  std::size_t next_{0};                // first slot that no worker has taken
  std::vector<std::jthread> workers_;  // last: stopped before the rest goes
};

}  // namespace offex::ingest
