#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "offex/columns/column.hpp"
#include "offex/formats/document.hpp"

namespace offex::formats::test {

inline ReadOptions options_for(std::string file, std::size_t max_rejects = 0) {
  return {.file = std::move(file), .day = {}, .facility = {}, .max_rejects = max_rejects};
}

/// Everything a document holds as text, so that two can be compared and a difference be read.
inline std::string to_text(const Document& document) {
  std::string out = fmt::format("{} {}", document.name, market::to_string(document.dataset));
  if (document.day) out += " " + document.day->iso();
  if (document.facility) out += fmt::format(" {}", market::to_string(*document.facility));
  out += "\n";
  for (const columns::Column& column : document.rows.columns()) {
    out += fmt::format("{}:{} ", column.name(), columns::to_string(column.type()));
  }
  out += "\n";
  for (std::size_t row = 0; row < document.rows.num_rows(); ++row) {
    for (const columns::Column& column : document.rows.columns()) {
      out += column.valid(row) ? columns::cell_text(column, row) : "null";
      out += ' ';
    }
    out += "\n";
  }
  for (const RejectedRow& reject : document.rejects) {
    out +=
        "reject " + base::format_error({base::ErrorCode::Integrity, reject.reason, reject.place});
    out += fmt::format(" @{}\n", reject.place.byte);
  }
  for (const std::string& warning : document.warnings) out += "warning " + warning + "\n";
  return out;
}

inline std::string to_text(const Result<Document>& result) {
  if (result) return to_text(*result);
  return fmt::format("{} {} @{}", base::to_string(result.error().code),
                     base::format_error(result.error()), result.error().place.byte);
}

/// Reads `text` through a reader, block by block.
inline Result<Document> read_blocks(const std::vector<std::string_view>& blocks,
                                    std::string_view head, const ReadOptions& options) {
  OFFEX_ASSIGN(const std::unique_ptr<Reader> reader, make_reader(head, options));
  for (const std::string_view block : blocks) {
    // A copy of its own size, so that a sanitizer sees a read past the block.
    const std::vector<char> copy(block.begin(), block.end());
    OFFEX_TRY(reader->push({copy.data(), copy.size()}));
  }
  return reader->finish();
}

inline Result<Document> read_text(std::string_view text, const ReadOptions& options) {
  return read_blocks({text}, text, options);
}

/// Cuts `text` at random, also into empty blocks.
inline std::vector<std::string_view> random_blocks(std::string_view text, std::mt19937& random,
                                                   std::size_t max_block) {
  std::vector<std::string_view> blocks;
  while (!text.empty()) {
    const std::size_t size = std::min<std::size_t>(random() % (max_block + 1), text.size());
    blocks.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return blocks;
}

/// Expects the same result for every way to cut `text` into two, and for single bytes.
inline void expect_equal_at_every_split(std::string_view text, const ReadOptions& options) {
  const std::string whole = to_text(read_text(text, options));
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const auto parts = read_blocks({text.substr(0, at), text.substr(at)}, text, options);
    ASSERT_EQ(to_text(parts), whole) << "cut at byte " << at;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t at = 0; at < text.size(); ++at) bytes.push_back(text.substr(at, 1));
  EXPECT_EQ(to_text(read_blocks(bytes, text, options)), whole);
}

/// Expects that the text is refused at this place for a reason with these words.
struct Refusal {
  std::uint64_t line{0};
  std::uint32_t column{0};
  std::string_view field;
  std::string_view words;
  base::ErrorCode code{base::ErrorCode::Integrity};
};
inline void expect_refused(const Result<Document>& result, const Refusal& refusal) {
  ASSERT_FALSE(result.has_value()) << to_text(*result);
  const base::Error& error = result.error();
  EXPECT_EQ(error.code, refusal.code) << base::format_error(error);
  EXPECT_EQ(error.place.line, refusal.line) << base::format_error(error);
  EXPECT_EQ(error.place.column, refusal.column) << base::format_error(error);
  EXPECT_EQ(error.place.field, refusal.field) << base::format_error(error);
  EXPECT_NE(error.message.find(refusal.words), std::string::npos) << base::format_error(error);
}

/// Folder of real and golden files that are not part of the project; empty when it is not there.
inline std::filesystem::path shared_folder() {
  namespace fs = std::filesystem;
  const char* named = std::getenv("OFFEX_SHARED");  // NOLINT(concurrency-mt-unsafe): one thread
  const fs::path folder =
      named != nullptr ? fs::path{named} : fs::path{OFFEX_SOURCE_DIR} / "../shared";
  return fs::is_directory(folder) ? folder : fs::path{};
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace offex::formats::test
