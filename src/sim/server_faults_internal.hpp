#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "offex/sim/server.hpp"

#include "sim/http_internal.hpp"

namespace offex::sim {

/// What goes wrong with one answer.
struct Mishap {
  Fault kind{};
  std::uint64_t draw{0};  ///< decides on what a kind leaves open
};

/// Decides which requests go wrong: the n-th request since the plan was set is drawn from the seed
/// and n alone, and of the kinds that fit the request one is taken. Many threads.
class FaultDice {
 public:
  explicit FaultDice(FaultPlan plan) : plan_{std::move(plan)} {}

  void set(const FaultPlan& plan);
  [[nodiscard]] FaultPlan plan() const;
  [[nodiscard]] std::optional<Mishap> roll(const HttpRequest& request);

 private:
  mutable std::mutex lock_;
  FaultPlan plan_;
  std::uint64_t count_{0};
};

/// Returns whether the fault cuts the body of a reply that was made as usual.
[[nodiscard]] bool cuts_body(Fault fault);
/// Returns the whole answer of TooMany, ServerError and GatewayPage.
[[nodiscard]] HttpReply error_reply(const Mishap& mishap, bool polygon);

}  // namespace offex::sim
