#include "offex/cli/console.hpp"

#include <ostream>

#include <fmt/format.h>

#include "offex/base/check.hpp"
#include "offex/columns/batch.hpp"
#include "offex/render/progress.hpp"
#include "offex/render/writers.hpp"

namespace offex::cli {
namespace {

std::string json_line(base::LogLevel level, std::string_view message) {
  columns::Batch batch;
  batch.add({"level", columns::Type::Text}).push(std::string{base::to_string(level)});
  batch.add({"message", columns::Type::Text}).push(std::string{message});
  std::string text;
  const auto writer = render::make_jsonl_writer(render::append_to(text));
  OFFEX_CHECK(render::write_all(*writer, batch).has_value());  // a string takes everything
  return text;
}

}  // namespace

void ConsoleSink::configure(const Settings& settings) {
  json_ = settings.json_log;
  lowest_ = settings.verbose ? base::LogLevel::Debug
            : settings.quiet ? base::LogLevel::Warning
                             : base::LogLevel::Info;
}

void ConsoleSink::write(base::LogLevel level, std::string_view message) {
  if (level < lowest_) return;
  if (json_) {
    out_ << json_line(level, message);
  } else if (level >= base::LogLevel::Warning) {
    out_ << "offex: " << base::to_string(level) << ": " << message << '\n';
  } else {
    out_ << message << '\n';
  }
}

ProgressBar::ProgressBar(Invocation& invocation, std::string label, std::string unit)
    : invocation_{invocation},
      label_{std::move(label)},
      unit_{std::move(unit)},
      start_{std::chrono::steady_clock::now()},
      drawn_{start_},
      mode_{invocation.settings.progress} {
  if (invocation.settings.quiet) mode_ = ProgressMode::None;
  if (mode_ == ProgressMode::Auto && !invocation.err_is_terminal) mode_ = ProgressMode::None;
}

ProgressBar::~ProgressBar() {
  if (on_screen_) invocation_.err << '\n';
}

void ProgressBar::update(std::uint64_t done, std::uint64_t total) {
  using namespace std::chrono_literals;
  if (mode_ == ProgressMode::None) return;
  const auto now = std::chrono::steady_clock::now();
  const bool last = done == total;
  const auto gap = mode_ == ProgressMode::Auto ? 100ms : 1000ms;
  const bool machine = mode_ != ProgressMode::Auto;
  if (machine ? !last && now - drawn_ < gap
              : now - start_ < 500ms || (!last && now - drawn_ < gap)) {
    return;
  }
  drawn_ = now;
  draw(done, total);
}

void ProgressBar::draw(std::uint64_t done, std::uint64_t total) {
  const std::chrono::duration<double> elapsed = drawn_ - start_;
  const render::ProgressState state{.label = label_,
                                    .unit = unit_,
                                    .done = done,
                                    .total = total,
                                    .elapsed_seconds = elapsed.count()};
  if (mode_ == ProgressMode::Auto) {
    invocation_.err << '\r'
                    << render::progress_line(state, render::ProgressMode::Bar,
                                             invocation_.terminal_width - 1)
                    << std::flush;
    on_screen_ = true;
    return;
  }
  invocation_.err << render::progress_line(state, mode_ == ProgressMode::Json
                                                      ? render::ProgressMode::Json
                                                      : render::ProgressMode::Plain)
                  << '\n';
}

}  // namespace offex::cli
