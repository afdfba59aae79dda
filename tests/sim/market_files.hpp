#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "offex/base/decimal.hpp"
#include "offex/base/digest.hpp"
#include "offex/formats/gzip_reader.hpp"

#include "formats/zip_internal.hpp"

namespace offex::sim {

namespace fs = std::filesystem;

/// A folder that goes away with the test.
class Scratch {
 public:
  Scratch() {
    static int serial = 0;
    path_ = fs::path{testing::TempDir()} /
            ("offex_sim_" + std::to_string(::getpid()) + "_" + std::to_string(++serial));
    fs::remove_all(path_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Scratch(Scratch&&) = delete;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() { fs::remove_all(path_); }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline std::vector<fs::path> files_below(const fs::path& root) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator{root}) {
    if (entry.is_regular_file()) out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

/// The text of a file: what compression hides, and the members of an archive one after the other.
inline std::string read_text(const fs::path& path) {
  const std::string bytes = read_file(path);
  if (path.extension() == ".gz") return formats::gunzip(bytes).value();
  if (path.extension() != ".zip") return bytes;
  std::string out;
  const auto archive = formats::ZipArchive::open(bytes);
  EXPECT_TRUE(archive) << path;
  for (std::uint64_t i = 0; archive && i < (*archive)->num_entries(); ++i) {
    const auto read = (*archive)->read(*(*archive)->member(i), [&](std::string_view block) {
      out += block;
      return Result<void>{};
    });
    EXPECT_TRUE(read) << path;
  }
  return out;
}

template <class Read>
std::string tree_digest(const fs::path& root, Read read) {
  base::Hasher hasher;
  for (const fs::path& path : files_below(root)) {
    hasher.update(path.lexically_relative(root).string());
    hasher.update(read(path));
  }
  return hasher.finish().hex();
}

inline std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> out{""};
  for (const char byte : line) {
    if (byte == separator) {
      out.emplace_back();
    } else {
      out.back().push_back(byte);
    }
  }
  return out;
}

inline std::int64_t units(const std::string& text, int scale) {
  const auto value = base::parse_decimal(text, scale);
  EXPECT_TRUE(value) << text;
  return value.value_or(-1);
}

struct ShortRow {
  std::int64_t short_volume{0}, exempt{0}, total{0};
  std::string market;
  friend bool operator==(const ShortRow&, const ShortRow&) = default;
};

struct ShortFile {
  std::vector<std::string> symbols;  // in the order of the file
  std::map<std::string, ShortRow> rows;
  std::string trailer;
};

inline ShortFile read_short(const fs::path& path) {
  ShortFile out;
  std::vector<std::string> lines = split(read_file(path), '\n');
  EXPECT_EQ(lines.back(), "");
  lines.pop_back();
  for (std::string& line : lines) {
    EXPECT_TRUE(line.ends_with('\r')) << path;
    line.pop_back();
  }
  EXPECT_EQ(lines.front(), "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market");
  out.trailer = lines.back();
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto cells = split(lines[i], '|');
    EXPECT_EQ(cells.size(), 6U);
    EXPECT_THAT(path.filename().string(), testing::HasSubstr(cells[0]));
    out.symbols.push_back(cells[1]);
    out.rows[cells[1]] = {units(cells[2], 6), units(cells[3], 6), units(cells[4], 6), cells[5]};
  }
  return out;
}

}  // namespace offex::sim
