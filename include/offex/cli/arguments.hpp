#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/market/day.hpp"
#include "offex/market/symbol.hpp"
#include "offex/store/reader.hpp"

namespace offex::cli {

/// Reads a day as people write it: `2026-02-23`, `last` (the newest day of `known`), or `-5d`
/// (that many sessions before it). Anything else is InvalidArgument.
[[nodiscard]] Result<market::Day> parse_day_argument(std::string_view text,
                                                     std::optional<market::DayRange> known);

/// Returns the range of `--from` and `--to`; an empty text means the end of `known`.
/// A reversed range is InvalidArgument.
[[nodiscard]] Result<market::DayRange> parse_range_arguments(std::string_view from,
                                                             std::string_view to,
                                                             market::DayRange known);

/// Expands ticker arguments: `@file` (one or more a line, `#` starts a comment), `-` for `in`,
/// `group:NAME` for the members of an index of the store, or of a sector or industry of its
/// reference data. Order is kept, repeats are dropped. \param reader null where there is no store
/// yet: then a group is an error
[[nodiscard]] Result<std::vector<std::string>> expand_tickers(
    const std::vector<std::string>& arguments, std::istream& in, const store::Reader* reader);

/// Expands and resolves ticker arguments against the symbols of the store.
[[nodiscard]] Result<std::vector<market::Symbol>> resolve_tickers(
    const std::vector<std::string>& arguments, std::istream& in, const store::Reader& reader);

/// The same, but a ticker that the store does not know is taken as it was typed.
[[nodiscard]] Result<std::vector<market::Symbol>> resolve_or_take_tickers(
    const std::vector<std::string>& arguments, std::istream& in, const store::Reader& reader);

}  // namespace offex::cli
