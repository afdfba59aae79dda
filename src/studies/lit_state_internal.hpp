#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/symbol.hpp"

namespace offex::studies {

/// State per symbol; quick when a symbol's runs follow each other.
template <class State>
class SymbolStates {
 public:
  /// Returns the state of a symbol, a fresh one when it is new.
  [[nodiscard]] State& of(const market::Symbol& symbol) {
    if (last_ == nullptr || symbol != last_->first) {
      last_ = &*states_.try_emplace(symbol).first;  // nodes do not move
    }
    return last_->second;
  }
  [[nodiscard]] const State* find(const market::Symbol& symbol) const {
    const auto found = states_.find(symbol);
    return found == states_.end() ? nullptr : &found->second;
  }
  /// Returns all symbols in order.
  [[nodiscard]] std::vector<market::Symbol> symbols() const {
    std::vector<market::Symbol> out;
    out.reserve(states_.size());
    for (const auto& [symbol, state] : states_) {
      out.push_back(symbol);
    }
    std::ranges::sort(out);
    return out;
  }

 private:
  using Map = std::unordered_map<market::Symbol, State>;
  Map states_;
  typename Map::value_type* last_{nullptr};
};

/// Returns a + b, the nearest end of what fits where it does not.
[[nodiscard]] inline std::int64_t plus_saturated(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    return b < 0 ? std::numeric_limits<std::int64_t>::min()
                 : std::numeric_limits<std::int64_t>::max();
  }
  return sum;
}

/// Adds volumes that must not be negative, and tells when they are not to be believed.
[[nodiscard]] inline bool add_volume(std::int64_t& sum, std::int64_t part) {
  return part >= 0 && !__builtin_add_overflow(sum, part, &sum);
}

[[nodiscard]] inline std::unexpected<base::Error> incredible_size(const market::Symbol& symbol) {
  return fail(base::ErrorCode::Integrity,
              "the tape has a size or a day's volume of " + symbol.str() +
                  " that cannot be: more than a billion shares in one row, or less than none");
}

[[nodiscard]] inline std::unexpected<base::Error> backwards(const market::Symbol& symbol,
                                                            std::string_view what) {
  return fail(base::ErrorCode::Integrity,
              "the " + std::string{what} + " of " + symbol.str() +
                  " go back in time: the tape must be in ascending order (ask for it with "
                  "order=asc)");
}

}  // namespace offex::studies
