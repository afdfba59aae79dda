#include <array>
#include <vector>

#include "sim/server_faults_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::array<std::string_view, kNumFaults> kNames{
    "reset",        "truncate",      "stall",        "too_many",   "server_error",
    "gateway_page", "expired_token", "wrong_length", "silent_cap", "reordered_page"};

// The finaliser of SplitMix64.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

bool fits(Fault fault, const HttpRequest& request) {
  const bool page = request.method == "POST" && request.path.starts_with("/api/data/");
  switch (fault) {
    case Fault::ExpiredToken:
      return request.path.starts_with("/api/") && !request.bearer().empty();
    case Fault::SilentCap:
    case Fault::ReorderedPage:
      return page;
    default:
      return true;
  }
}

}  // namespace

std::string_view to_string(Fault fault) { return kNames.at(static_cast<std::size_t>(fault)); }

std::optional<Fault> parse_fault(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Fault>(i);
  }
  return std::nullopt;
}

void FaultDice::set(const FaultPlan& plan) {
  const std::lock_guard guard{lock_};
  plan_ = plan;
  count_ = 0;
}

FaultPlan FaultDice::plan() const {
  const std::lock_guard guard{lock_};
  return plan_;
}

std::optional<Mishap> FaultDice::roll(const HttpRequest& request) {
  const std::lock_guard guard{lock_};
  const std::uint64_t first = mixed(mixed(plan_.seed) + count_++);
  constexpr double kUnit = 0x1p-53;
  if (static_cast<double>(first >> 11U) * kUnit >= plan_.rate) return std::nullopt;
  std::vector<Fault> kinds;
  for (std::size_t i = 0; i < (plan_.kinds.empty() ? kNumFaults : plan_.kinds.size()); ++i) {
    const Fault kind = plan_.kinds.empty() ? static_cast<Fault>(i) : plan_.kinds[i];
    if (fits(kind, request)) kinds.push_back(kind);
  }
  if (kinds.empty()) return std::nullopt;
  const std::uint64_t second = mixed(first);
  return Mishap{.kind = kinds[second % kinds.size()], .draw = mixed(second)};
}

bool cuts_body(Fault fault) {
  return fault == Fault::Reset || fault == Fault::Truncate || fault == Fault::Stall ||
         fault == Fault::WrongLength;
}

HttpReply error_reply(const Mishap& mishap, bool polygon) {
  if (mishap.kind == Fault::GatewayPage) {
    return plain_reply(504, "text/html",
                       "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD>"
                       "<BODY><H1>504 Gateway Timeout ERROR</H1></BODY></HTML>\n");
  }
  if (mishap.kind == Fault::ServerError) {
    return plain_reply(500, "text/plain", "Internal Server Error\n");
  }
  HttpReply out =
      polygon ? json_reply(429, R"({"status":"ERROR","request_id":"simulated","error":"You've )"
                                R"(exceeded the maximum requests per minute, please wait or )"
                                R"(upgrade your subscription to continue. )"
                                R"(https://polygon.io/pricing"})")
              : plain_reply(429, "text/plain", "Too Many Requests\n");
  if (mishap.draw % 2 == 0) out.with("Retry-After", "1");
  return out;
}

}  // namespace offex::sim
