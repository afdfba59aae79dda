#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "offex/render/row_writer.hpp"

namespace offex::render {

/// Collects text and hands it to the sink in large pieces.
class Output {
 public:
  explicit Output(Sink sink) : sink_{std::move(sink)} { text_.reserve(kFlushBytes + kRowBytes); }

  [[nodiscard]] std::string& text() { return text_; }

  /// Called between rows; passes the text on once there is a mebibyte of it.
  [[nodiscard]] Result<void> row_done() {
    if (text_.size() < kFlushBytes) return {};
    return flush();
  }

  [[nodiscard]] Result<void> flush() {
    if (text_.empty()) return {};
    auto outcome = sink_(text_);
    text_.clear();
    return outcome;
  }

 private:
  static constexpr std::size_t kFlushBytes = std::size_t{1} << 20U;

  static constexpr std::size_t kRowBytes = std::size_t{1} << 16U;  // most rows are far shorter

  Sink sink_;
  std::string text_;
};

}  // namespace offex::render
