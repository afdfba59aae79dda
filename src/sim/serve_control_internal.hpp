#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "sim/json_internal.hpp"
#include "sim/serve_internal.hpp"

namespace offex::sim {

/// Answers given so far, in order. Many threads.
class ServedLog {
 public:
  void add(const HttpRequest& request, int status, std::uint64_t bytes, bool faulty);
  [[nodiscard]] std::vector<ServedRequest> all() const;
  void clear();

 private:
  mutable std::mutex lock_;
  std::vector<ServedRequest> entries_;
};

/// What a test that runs in another process tells the server.
class ControlPart {
 public:
  ControlPart(Site& site, FaultDice& dice, ServedLog& log) : site_{site}, dice_{dice}, log_{log} {}
  [[nodiscard]] HttpReply answer(const HttpRequest& request);

 private:
  [[nodiscard]] HttpReply served() const;
  [[nodiscard]] Result<void> change(const Json& wish);

  Site& site_;
  FaultDice& dice_;
  ServedLog& log_;
};

}  // namespace offex::sim
