#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "offex/formats/document.hpp"

#include "formats/faults_internal.hpp"

namespace offex::formats {

/// Cuts blocks of any size into lines and keeps count of where they are. Takes LF and CRLF, and
/// drops a UTF-8 byte order mark. A line is handed on only when it is whole, so that results do
/// not depend on where blocks end.
class TextReader : public Reader {
 public:
  static constexpr std::size_t kMaxLineBytes = std::size_t{1} << 16U;

  [[nodiscard]] Result<void> push(std::string_view block) final;
  [[nodiscard]] Result<Document> finish() final;

 protected:
  explicit TextReader(ReadOptions options)
      : options_{std::move(options)}, rejects_{options_.file, options_.max_rejects} {}

  /// Takes one line without its end.
  [[nodiscard]] virtual Result<void> on_line(const Line& line) = 0;
  /// Takes the end of the text, after the last line. `end` is the empty line behind it.
  [[nodiscard]] virtual Result<Document> on_end(const Line& end) = 0;
  /// Takes lines that all end with a line feed. A fast reader overrides this.
  [[nodiscard]] virtual Result<void> on_lines(std::string_view lines);

  /// Hands the first line of `lines` to `on_line` and returns its length with the line end.
  [[nodiscard]] Result<std::size_t> take_line(std::string_view lines);
  /// Counts lines that were understood without `on_line`.
  void skip(std::size_t bytes, std::size_t lines) {
    byte_ += bytes;
    line_ += lines;
  }

  [[nodiscard]] const ReadOptions& options() const { return options_; }
  [[nodiscard]] RejectList& rejects() { return rejects_; }

 private:
  [[nodiscard]] Result<void> emit(std::string_view raw, std::size_t bytes);

  ReadOptions options_;
  RejectList rejects_;
  std::uint64_t line_{1};
  std::uint64_t byte_{0};
  std::string carry_;  // start of a line whose end has not come yet
};

/// Returns `text` without a UTF-8 byte order mark.
[[nodiscard]] std::string_view without_bom(std::string_view text);

}  // namespace offex::formats
