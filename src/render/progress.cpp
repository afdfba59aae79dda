#include "offex/render/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "offex/render/json_text.hpp"
#include "offex/render/text_width.hpp"

namespace offex::render {
namespace {

constexpr std::size_t kMaxBar = 30;
constexpr std::size_t kMinBar = 6;

std::uint64_t shown_total(const ProgressState& state) {
  return state.total == 0 ? 0 : std::max(state.total, state.done);
}

// Rounded down, so that 100% means that all is done.
unsigned percent_of(const ProgressState& state) {
  const std::uint64_t total = shown_total(state);
  const double share = static_cast<double>(state.done) / static_cast<double>(total);
  const auto percent = static_cast<unsigned>(share * 100.0);
  return state.done < total ? std::min(percent, 99U) : 100U;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::max(0.0, std::round(seconds)));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

std::string time_text(const ProgressState& state) {
  std::string elapsed = duration_text(state.elapsed_seconds);
  if (const auto left = remaining_seconds(state)) {
    return fmt::format("{}, about {} left", elapsed, duration_text(*left));
  }
  return elapsed;
}

std::string count_text(const ProgressState& state) {
  if (state.total == 0) return fmt::format("{} {}", state.done, state.unit);
  return fmt::format("{}/{} {}", state.done, shown_total(state), state.unit);
}

std::string bar_text(const ProgressState& state, std::size_t cells, bool unicode) {
  static constexpr std::array<std::string_view, 8> kEighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double share = static_cast<double>(state.done) / static_cast<double>(shown_total(state));
  const auto eighths = static_cast<std::size_t>(share * static_cast<double>(cells) * 8.0);
  const std::size_t full = eighths / 8;
  const std::size_t part = unicode ? eighths % 8 : 0;
  std::string out;
  for (std::size_t i = 0; i < full; ++i) out += unicode ? "█" : "#";
  out += kEighths[part];
  const std::size_t used = full + (part > 0 ? 1 : 0);
  out.append(cells - used, unicode ? ' ' : '.');
  return out;
}

std::string cut_to(std::string_view text, std::size_t width) {
  std::string out{text};
  // Texts shown here are printable; a cut inside a character would be wider than nothing at all.
  while (!out.empty() && display_width(out) > width) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) {
      out.pop_back();
    }
    if (!out.empty()) out.pop_back();
  }
  return out;
}

std::string bar_line(const ProgressState& state, std::size_t width, bool unicode) {
  const std::string label = printable(state.label);
  if (state.total == 0) {
    return cut_to(fmt::format("{} {} {}", label, count_text(state), time_text(state)), width);
  }
  const std::string tail =
      fmt::format("{:3}% {} {}", percent_of(state), count_text(state), time_text(state));
  const std::size_t fixed = display_width(label) + display_width(tail) + 4;
  if (fixed + kMinBar > width) return cut_to(label + " " + tail, width);
  const std::size_t cells = std::min(kMaxBar, width - fixed);
  std::string line = fmt::format("{} [{}] {}", label, bar_text(state, cells, unicode), tail);
  const std::size_t used = display_width(line);
  if (!state.item.empty() && used + 2 + 8 <= width) {
    line += "  " + cut_to(printable(state.item), width - used - 2);
  }
  return line;
}

std::string plain_line(const ProgressState& state) {
  std::string line = printable(state.label) + ": " + count_text(state);
  if (state.total > 0) line += fmt::format(" ({}%)", percent_of(state));
  line += ", " + time_text(state);
  if (!state.item.empty()) line += ", " + printable(state.item);
  return line;
}

std::string json_line(const ProgressState& state) {
  std::string out = "{\"event\":\"progress\",\"label\":";
  append_json_string(out, state.label);
  out += ",\"unit\":";
  append_json_string(out, state.unit);
  out += fmt::format(",\"done\":{}", state.done);
  out += state.total == 0 ? ",\"total\":null" : fmt::format(",\"total\":{}", shown_total(state));
  out += fmt::format(",\"elapsed_s\":{:.1f}", state.elapsed_seconds);
  const auto left = remaining_seconds(state);
  out += left ? fmt::format(",\"remaining_s\":{:.1f}", *left) : ",\"remaining_s\":null";
  if (!state.item.empty()) {
    out += ",\"item\":";
    append_json_string(out, state.item);
  }
  out += "}";
  return out;
}

}  // namespace

bool ProgressCounter::finish(std::string_view item) {
  return done_.insert(std::string{item}).second;
}

std::optional<double> remaining_seconds(const ProgressState& state) {
  constexpr double kTooEarly = 1.0;
  const std::uint64_t total = shown_total(state);
  if (state.done == 0 || state.done >= total || state.elapsed_seconds < kTooEarly) {
    return std::nullopt;
  }
  const double pace = state.elapsed_seconds / static_cast<double>(state.done);
  return pace * static_cast<double>(total - state.done);
}

std::string progress_line(const ProgressState& state, ProgressMode mode, std::size_t width,
                          bool unicode) {
  switch (mode) {
    case ProgressMode::Bar:
      return bar_line(state, width, unicode);
    case ProgressMode::Plain:
      return plain_line(state);
    case ProgressMode::Json:
      return json_line(state);
  }
  return {};
}

}  // namespace offex::render
