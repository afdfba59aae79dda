#pragma once

#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/instant.hpp"
#include "offex/render/figure.hpp"
#include "offex/store/reader.hpp"

namespace offex::views {

/// The strip below the title of every figure, so that nobody reads late data as current: as-of,
/// newest daily file, newest published week and its tier, next release.
/// \param now the as-of of the question
[[nodiscard]] Result<std::vector<render::Fact>> clock_strip(const store::Reader& reader,
                                                            market::Instant now);

/// Returns a sentence for each such change that values of `days` look back over, when they look
/// back `sessions` sessions; what is judged by them is then judged by another meaning.
[[nodiscard]] std::vector<std::string> break_notes(const std::vector<market::Day>& days,
                                                   int sessions);

/// Returns vertical rules where the meaning of published numbers changed within `days`.
[[nodiscard]] std::vector<render::Mark> break_rules(const std::vector<market::Day>& days);

}  // namespace offex::views
