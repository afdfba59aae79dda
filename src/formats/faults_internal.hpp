#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "offex/base/result.hpp"
#include "offex/formats/document.hpp"

namespace offex::formats {

/// One line of text without its end, and where it starts.
struct Line {
  std::string_view text;
  std::uint64_t number{1};  ///< counts from 1
  std::uint64_t byte{0};    ///< offset of the first byte of `text` in the decoded text
  bool ended{true};         ///< false for a last line without a line feed
};

/// What is wrong with a row: the field, the bytes it covers (empty and null: the whole row) and
/// the reason.
struct RowFault {
  std::string_view field;  ///< name in the layout
  std::string_view bytes;  ///< part of the line
  std::string reason;
};

/// Returns the place "somewhere in `file`".
[[nodiscard]] base::Place in_file(const std::string& file);

/// Returns the place of `fault` in `line` of `file`.
[[nodiscard]] base::Place place_of(const std::string& file, const Line& line,
                                   const RowFault& fault);

/// Returns an Integrity error about a whole line.
[[nodiscard]] std::unexpected<base::Error> damaged(const std::string& file, const Line& line,
                                                   std::string_view field, std::string reason);

/// Returns what is wrong with bytes that no text row may hold (control characters), or nothing.
[[nodiscard]] std::string control_character_reason(std::string_view text);

/// Keeps the rows that are set aside, up to the number the caller allows.
class RejectList {
 public:
  RejectList(std::string file, std::size_t max_rejects)
      : file_{std::move(file)}, max_rejects_{max_rejects} {}

  /// Sets the row aside, or returns the Integrity error that refuses the file.
  [[nodiscard]] Result<void> add(const Line& line, const RowFault& fault);
  [[nodiscard]] Result<void> add(base::Place place, std::string reason);
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::vector<RejectedRow> take() { return std::move(rows_); }

 private:
  std::string file_;
  std::size_t max_rejects_;
  std::vector<RejectedRow> rows_;
};

}  // namespace offex::formats
