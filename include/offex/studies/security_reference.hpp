#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/reader.hpp"
#include "offex/studies/metric_panels.hpp"

namespace offex::studies {

/// What is known about the securities of an axis, by position.
struct SecurityFacts {
  std::vector<std::uint32_t> sector;  ///< index in `sectors`, 0 is "" (not known)
  std::vector<std::string> sectors;   ///< names, the first is empty, the rest ascend
  std::vector<double> market_cap;     ///< dollars, NaN is not known
  std::vector<double> shares_outstanding;
  std::vector<std::int8_t> fund;  ///< 1: ETF or other fund, 0: not, -1: not known
  std::vector<std::uint8_t> test_issue;
  // Whether it is known of any security on that day.
  bool has_sector{false};
  bool has_market_cap{false};
  bool has_fund{false};
};

/// Securities as they were known, session by session: reference data count from their date on, so
/// that a market value or sector of later never chooses an earlier universe.
class SecurityReference {
 public:
  /// Loads what was known at `as_of` (empty: now).
  [[nodiscard]] static Result<SecurityReference> load(const store::Reader& reader, const Axis& axis,
                                                      std::optional<market::Instant> as_of);
  /// Returns what was known on the evening of `day`. Good until the next call.
  [[nodiscard]] const SecurityFacts& at(market::Day day);

 private:
  /// What becomes known about one security on one day.
  struct Row {
    std::size_t position{0};
    std::int32_t from{0};  ///< first day on which it counts
    std::uint32_t sector{0};
    double market_cap{0.0};
    double shares_outstanding{0.0};
    std::int8_t fund{-1};
    bool test_issue{false};
    bool reference{false};  ///< sector, value and shares are told
  };
  [[nodiscard]] Result<void> load_directories(const store::Reader& reader, const Axis& axis,
                                              std::optional<market::Instant> as_of);
  [[nodiscard]] Result<void> load_references(const store::Reader& reader, const Axis& axis,
                                             std::optional<market::Instant> as_of);

  std::vector<Row> rows_;  // by first day
  SecurityFacts facts_;
  SecurityFacts start_;
  std::size_t taken_{0};
  std::int32_t at_{0};
};

}  // namespace offex::studies
