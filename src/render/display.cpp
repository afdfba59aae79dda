#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "offex/market/quantity.hpp"

#include "render/cell_internal.hpp"
#include "render/display_internal.hpp"

namespace offex::render {
namespace {

using columns::Column;
using columns::Type;

constexpr int kMaxDecimals = 17;
constexpr double kTiny = 5e-5;  // smaller doubles would show as zeros only
constexpr double kHuge = 1e15;  // larger doubles have no exact units place any more

struct Look {
  int decimals{0};
  bool percent{false};
  bool thousands{false};
};

void add_thousands(std::string& digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(digits.find('.'), digits.size());
  while (at > first + 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
}

// Drops the sign of "-0.00": what shows as zero has no direction.
void drop_sign_of_zero(std::string& digits) {
  if (digits.starts_with('-') && digits.find_first_of("123456789") == std::string::npos) {
    digits.erase(0, 1);
  }
}

// Exact: rounds half away from zero without a detour through double.
std::string fixed_decimal(std::int64_t value, int scale, int decimals) {
  const int kept = std::min(scale, decimals);
  std::uint64_t magnitude = static_cast<std::uint64_t>(value);
  if (value < 0) magnitude = 0 - magnitude;
  std::uint64_t unit = 1;
  for (int i = kept; i < scale; ++i) unit *= 10;
  magnitude = magnitude / unit + (magnitude % unit >= (unit + 1) / 2 && unit > 1 ? 1 : 0);

  std::string digits = fmt::format("{:0{}}", magnitude, kept + 1);
  if (decimals > 0) {
    digits.insert(digits.size() - static_cast<std::size_t>(kept), 1, '.');
    digits.append(static_cast<std::size_t>(decimals - kept), '0');
  }
  if (value < 0) digits.insert(0, 1, '-');
  return digits;
}

std::string double_text(double value, const Look& look, bool decimals_given) {
  const double magnitude = std::fabs(value);
  const bool odd_size = magnitude >= kHuge || (magnitude > 0 && magnitude < kTiny);
  if (!decimals_given && !look.percent && odd_size) return fmt::format("{:.4g}", value);
  return fmt::format("{:.{}f}", value, look.decimals);
}

int default_decimals(const Column& column, std::size_t row, bool percent) {
  if (percent) return 1;
  switch (column.type()) {
    case Type::Price: {
      const std::int64_t nanos = column.values<std::int64_t>()[row];
      return nanos != 0 && std::abs(nanos) < market::Price::kPerDollar ? 4 : 2;
    }
    case Type::Double:
      return 4;
    default:
      return 0;
  }
}

std::string number_text(const Column& column, std::size_t row, const Look& look, bool given) {
  const int shift = look.percent ? 2 : 0;  // a percent moves the point by two places
  switch (column.type()) {
    case Type::Int32:
      return fixed_decimal(column.values<std::int32_t>()[row], 0, 0);
    case Type::Int64:
      return fixed_decimal(column.values<std::int64_t>()[row], 0, 0);
    case Type::Quantity:
      return fixed_decimal(column.values<std::int64_t>()[row], market::Quantity::kDecimals - shift,
                           look.decimals);
    case Type::Price:
      return fixed_decimal(column.values<std::int64_t>()[row], market::Price::kDecimals - shift,
                           look.decimals);
    case Type::Double:
      return double_text(column.values<double>()[row] * (look.percent ? 100.0 : 1.0), look, given);
    default:
      return std::string{words_of(column, row)};
  }
}

DisplayCell number_cell(const Column& column, std::size_t row, const ColumnFormat& format) {
  const bool is_count = column.type() == Type::Int32 || column.type() == Type::Int64;
  Look look{.percent = format.percent && !is_count && column.type() != Type::Number,
            .thousands = format.thousands || column.type() == Type::Quantity};
  look.decimals = std::clamp(format.decimals.value_or(default_decimals(column, row, look.percent)),
                             0, kMaxDecimals);

  DisplayCell cell{.text = number_text(column, row, look, format.decimals.has_value())};
  drop_sign_of_zero(cell.text);
  const bool beyond =
      column.type() != Type::Double || std::fabs(column.values<double>()[row]) > format.colour_from;
  const bool visible = cell.text.find_first_of("123456789") != std::string::npos;
  if (format.signed_colour && beyond && visible) {
    cell.tone = cell.text.starts_with('-') ? Tone::Negative : Tone::Positive;
  }
  const bool plain_digits = cell.text.find_first_not_of("-.0123456789") == std::string::npos;
  if (look.thousands && plain_digits) add_thousands(cell.text);
  if (cell.tone == Tone::Positive) cell.text.insert(0, 1, '+');
  if (look.percent) cell.text.push_back('%');
  return cell;
}

}  // namespace

DisplayCell display_cell(const Column& column, std::size_t row, const ColumnFormat& format) {
  if (!has_value(column, row)) return {.missing = true};
  if (is_numeric(column.type())) return number_cell(column, row, format);
  if (column.type() == Type::Bool) {
    return {.text = column.values<std::int8_t>()[row] != 0 ? "yes" : "no"};
  }
  if (is_wordy(column.type())) return {.text = std::string{words_of(column, row)}};
  DisplayCell cell;
  append_exact(cell.text, column, row);
  return cell;
}

bool is_right_aligned(const Column& column, const ColumnFormat& format) {
  if (format.align != Align::Auto) return format.align == Align::Right;
  return is_numeric(column.type());
}

const std::string& heading_of(const ColumnFormat& format) {
  return format.heading.empty() ? format.column : format.heading;
}

ColumnFormat format_of(const TableView& view, std::string_view column) {
  const auto found = std::ranges::find(view.columns, column, &ColumnFormat::column);
  if (found != view.columns.end()) return *found;
  return ColumnFormat{.column = std::string{column}};
}

bool has_people_columns(const TableView& view) {
  return std::ranges::any_of(view.columns, &ColumnFormat::people_only);
}

columns::Batch machine_columns(const TableView& view, const columns::Batch& batch) {
  columns::Batch out;
  for (const Column& column : batch.columns()) {
    if (!format_of(view, column.name()).people_only) out.add(column);
  }
  return out;
}

std::vector<std::string> footer_lines(const Footer& footer) {
  std::vector<std::string> lines;
  if (!footer.as_of.empty()) lines.push_back("As of: " + footer.as_of);
  if (!footer.sources.empty()) {
    lines.push_back(fmt::format("Sources: {}", fmt::join(footer.sources, "; ")));
  }
  if (!footer.denominator.empty()) lines.push_back("Denominator: " + footer.denominator);
  if (!footer.coverage.empty()) lines.push_back("Coverage: " + footer.coverage);
  lines.insert(lines.end(), footer.notes.begin(), footer.notes.end());
  if (footer.disclaimer) lines.emplace_back(kDisclaimer);
  return lines;
}

}  // namespace offex::render
