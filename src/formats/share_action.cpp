#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "formats/cell_reader_internal.hpp"
#include "formats/share_action_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::string_view kSplit = "split";
constexpr std::string_view kReset = "reset";

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

std::string read_above_zero(std::string_view text, double& out) {
  out = 0;
  if (text.empty()) return {};
  columns::Column number{"number", columns::Type::Double};
  if (std::string reason = push_cell(number, text); !reason.empty()) return reason;
  out = number.values<double>().front();
  return out > 0 ? std::string{} : "not above zero";
}

// Two ways to write one factor; a table may round the quotient.
bool differ(double a, double b) { return std::abs(a - b) > 1e-4 * std::max(a, b); }

}  // namespace

std::string ShareAction::read_action(columns::Column& action, std::string_view text) {
  const std::string word = lower(text);
  reset_ = word == kReset;
  if (!reset_ && !word.empty() && word != kSplit) return "neither split nor reset";
  action.push<std::string>(std::string{reset_ ? kReset : kSplit});
  return {};
}

std::string ShareAction::read_split_from(std::string_view text) {
  return read_above_zero(text, split_from_);
}

std::string ShareAction::read_split_to(std::string_view text) {
  return read_above_zero(text, split_to_);
}

std::string ShareAction::read_factor(columns::Column& factor, std::string_view text) const {
  double own = 0;
  if (std::string reason = read_above_zero(text, own); !reason.empty()) return reason;
  const bool shares = split_from_ > 0 || split_to_ > 0;
  if (reset_) {
    if (own > 0 || shares) return "a reset has no factor";
    factor.push_missing();
    return {};
  }
  if (shares && (split_from_ <= 0 || split_to_ <= 0)) {
    return "a split needs both of split_from and split_to";
  }
  if (!shares && own <= 0) return "a split needs its factor, or split_from and split_to";
  const double quotient = shares ? split_to_ / split_from_ : own;
  if (!std::isfinite(quotient) || quotient <= 0) return "the factor is out of range";
  if (own > 0 && differ(own, quotient)) {
    return fmt::format("the factor is not split_to / split_from, which is {:.6g}", quotient);
  }
  factor.push<double>(quotient);
  return {};
}

}  // namespace offex::formats
