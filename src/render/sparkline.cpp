#include "offex/render/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace offex::render {
namespace {

constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kAscii = "_.,-=+*#";
constexpr std::string_view kBlockLead = "\xE2\x96";  // of all eight
constexpr unsigned char kFirstBlock = 0x81;
constexpr char kGap = ' ';

SparkRange range_of(std::span<const double> values) {
  SparkRange out{.low = INFINITY, .high = -INFINITY};
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    out.low = std::min(out.low, value);
    out.high = std::max(out.high, value);
  }
  return out;
}

std::string_view block_of(double value, SparkRange range) {
  if (!(range.high > range.low)) return kBlocks[3];
  // Halves first: the difference of two large ends may be beyond what a double holds.
  const double part = (value / 2 - range.low / 2) / (range.high / 2 - range.low / 2);
  const double place = std::clamp(part, 0.0, 1.0) * kBlocks.size();
  return kBlocks[std::min(static_cast<std::size_t>(place), kBlocks.size() - 1)];
}

}  // namespace

std::string sparkline(std::span<const double> values, std::optional<SparkRange> range) {
  const SparkRange scale = range.value_or(range_of(values));
  std::string out;
  for (const double value : values) {
    if (std::isfinite(value)) {
      out += block_of(value, scale);
    } else {
      out.push_back(kGap);
    }
  }
  return out;
}

std::string ascii_sparklines(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with(kBlockLead) && at + 2 < text.size()) {
      const auto index = static_cast<std::size_t>(static_cast<unsigned char>(text[at + 2])) -
                         static_cast<std::size_t>(kFirstBlock);
      if (index < kAscii.size()) {
        out.push_back(kAscii[index]);
        at += 2;
        continue;
      }
    }
    out.push_back(text[at]);
  }
  return out;
}

}  // namespace offex::render
