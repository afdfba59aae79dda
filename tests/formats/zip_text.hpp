#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "offex/formats/gzip_writer.hpp"

namespace offex::formats::test {

/// A file for an archive that is put together byte by byte, so that it can lie.
struct ZipEntry {
  std::string name;
  std::string content;
};

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return out;
}

/// Returns a zip archive with deflated members.
inline std::string make_zip(const std::vector<ZipEntry>& entries) {
  constexpr std::size_t kGzipHead = 10;
  constexpr std::size_t kGzipTail = 8;
  std::string out;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    const std::string member = gzip(entry.content).value();
    const std::string crc = member.substr(member.size() - kGzipTail, 4);
    const std::string data = member.substr(kGzipHead, member.size() - kGzipHead - kGzipTail);
    const std::string common = little_endian(0, 2) + little_endian(8, 2) + little_endian(0, 2) +
                               little_endian(0x21, 2) + crc + little_endian(data.size(), 4) +
                               little_endian(entry.content.size(), 4) +
                               little_endian(entry.name.size(), 2) + little_endian(0, 2);
    directory += "PK\x01\x02" + little_endian(20, 2) + little_endian(20, 2) + common +
                 little_endian(0, 2) + little_endian(0, 2) + little_endian(0, 2) +
                 little_endian(0, 4) + little_endian(out.size(), 4) + entry.name;
    out += "PK\x03\x04" + little_endian(20, 2) + common + entry.name + data;
  }
  return out + directory + "PK\x05\x06" + little_endian(0, 4) + little_endian(entries.size(), 2) +
         little_endian(entries.size(), 2) + little_endian(directory.size(), 4) +
         little_endian(out.size(), 4) + little_endian(0, 2);
}

}  // namespace offex::formats::test
