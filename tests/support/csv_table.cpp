#include "support/csv_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace offex::test_support {
namespace {

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = line.find(',', begin);
    out.emplace_back(line.substr(begin, comma - begin));
    if (comma == std::string_view::npos) {
      return out;
    }
    begin = comma + 1;
  }
}

std::string read_gzip(const std::filesystem::path& path) {
  const std::string command = "gzip -dc '" + path.string() + "'";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    throw std::runtime_error("cannot start gzip");
  }
  std::string out;
  std::array<char, 65536> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), got);
  }
  if (pclose(pipe) != 0) {
    throw std::runtime_error("gzip refused " + path.string());
  }
  return out;
}

std::string read_text(const std::filesystem::path& path) {
  if (path.extension() == ".gz") {
    return read_gzip(path);
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw std::runtime_error("cannot open " + path.string());
  }
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) {
    throw std::out_of_range("no column " + std::string{name});
  }
  return static_cast<std::size_t>(found - header.begin());
}

std::optional<double> CsvTable::number(std::size_t row, std::string_view name) const {
  const std::string& text = cell(row, name);
  if (text.empty()) {
    return std::nullopt;
  }
  return std::stod(text);
}

CsvTable read_csv(const std::filesystem::path& path) {
  std::istringstream text{read_text(path)};
  CsvTable out;
  std::string line;
  while (std::getline(text, line)) {
    if (out.header.empty()) {
      out.header = split(line);
    } else if (!line.empty()) {
      out.rows.push_back(split(line));
    }
  }
  return out;
}

}  // namespace offex::test_support
