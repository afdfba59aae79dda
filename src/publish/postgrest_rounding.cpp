#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "publish/postgrest_rounding_internal.hpp"

namespace offex::publish {
namespace {

using columns::Column;
using columns::Type;

constexpr std::string_view kNumeric{"numeric"};

/// The decimals of "numeric(20,4)"; nothing where they are not said.
std::optional<int> said_decimals(std::string_view format) {
  const std::size_t comma = format.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  int out = 0;
  const char* const front = format.data() + comma + 1;
  const auto [stop, fault] = std::from_chars(front, format.data() + format.size(), out);
  if (fault != std::errc{}) return std::nullopt;
  return out;
}

}  // namespace

Roundings::Roundings(PostgrestDescription& description, const Shipment& shipment)
    : description_{description}, shipment_{shipment}, columns_(shipment.rows.num_columns()) {}

void Roundings::see(const columns::Batch& theirs) {
  for (std::size_t i = 0; i < theirs.num_columns(); ++i) {
    const Type type = shipment_.rows.column(i).type();
    if (type != Type::Double && type != Type::Quantity && type != Type::Price) continue;
    const Column& column = theirs.column(i);
    if (column.type() != Type::Text) continue;  // of the key
    Known& known = columns_[i];
    for (std::size_t row = 0; row < column.size() && !known.mixed; ++row) {
      if (!column.valid(row)) continue;
      const std::optional<int> decimals = decimals_of(column.values<std::string>()[row]);
      known.mixed = !decimals || (known.decimals && *known.decimals != *decimals);
      known.decimals = decimals;
    }
  }
}

void Roundings::describe() {
  if (described_) return;
  described_ = true;
  for (const auto& [name, format] : description_.columns_of(shipment_.table)) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (shipment_.rows.column(i).name() == name) columns_[i].format = format;
    }
  }
}

bool Roundings::believes(const RoundedCell& cell, bool sent) {
  describe();
  const Known& known = columns_[cell.column];
  // A zero that somebody wrote is no share without decimals.
  if (known.format.empty()) return sent && cell.decimals > 0;
  if (!known.format.starts_with(kNumeric)) return false;
  if (const auto said = said_decimals(known.format)) return *said == cell.decimals;
  return sent || (!known.mixed && cell.decimals > 0);
}

std::optional<std::string> Roundings::warn(const RoundedCell& cell, const RowIndex& index) {
  Known& known = columns_[cell.column];
  if (known.warned) return std::nullopt;
  known.warned = true;
  const Column& ours = shipment_.rows.column(cell.column);
  return fmt::format(
      "{}.{} is {} there: values are rounded to {} decimals ({}: {} became {})", shipment_.table,
      ours.name(), known.format.empty() ? "of few decimals" : known.format, cell.decimals,
      index.words(cell.row), base::printable_excerpt(columns::cell_text(ours, cell.row), 60),
      base::printable_excerpt(cell.theirs, 60));
}

}  // namespace offex::publish
