#include "offex/market/quantity.hpp"

#include <utility>

#include "offex/base/decimal.hpp"

namespace offex::market {
namespace {

Result<std::int64_t> parse_units(std::string_view text, int decimals) {
  const auto refuse = [text](std::string_view reason) {
    base::Place place;
    place.excerpt = base::printable_excerpt(text);
    return fail(base::ErrorCode::InvalidArgument, std::string{reason}, std::move(place));
  };
  const auto units = base::parse_decimal(text, decimals);
  if (!units) return refuse(base::describe(units.error()));
  if (*units < 0) return refuse("negative");
  return *units;
}

}  // namespace

Result<Quantity> Quantity::parse(std::string_view text) {
  OFFEX_ASSIGN(const std::int64_t units, parse_units(text, kDecimals));
  return Quantity{units};
}

std::string Quantity::text() const { return base::format_decimal(units_, kDecimals); }

Result<Price> Price::parse(std::string_view text) {
  OFFEX_ASSIGN(const std::int64_t nanos, parse_units(text, kDecimals));
  return Price{nanos};
}

std::string Price::text() const { return base::format_decimal(nanos_, kDecimals); }

}  // namespace offex::market
