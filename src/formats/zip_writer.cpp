#include "offex/formats/zip_writer.hpp"

#include <cstdint>
#include <limits>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "offex/formats/gzip_writer.hpp"

namespace offex::formats {
namespace {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint32_t>::max();
// Ours is the shortest gzip header there is: no name, no comment. Eight bytes follow the data.
constexpr std::size_t kGzipHeader = 10;
constexpr std::size_t kGzipTrailer = 8;

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
  }
}

struct Member {
  std::string_view name;
  std::uint32_t crc{0};
  std::uint64_t packed{0};
  std::uint64_t size{0};
  std::uint64_t offset{0};
};

/// What the local header and the central directory share.
void put_description(std::string& out, const Member& member) {
  constexpr std::uint64_t kNeededVersion = 20;
  constexpr std::uint64_t kDeflate = 8;
  constexpr std::uint64_t kFirstDay = 0x21;  // 1980-01-01
  put(out, kNeededVersion, 2);
  put(out, 0, 2);  // flags
  put(out, kDeflate, 2);
  put(out, 0, 2);  // time
  put(out, kFirstDay, 2);
  put(out, member.crc, 4);
  put(out, member.packed, 4);
  put(out, member.size, 4);
  put(out, member.name.size(), 2);
  put(out, 0, 2);  // extra field
}

std::uint32_t crc_of(std::string_view bytes) {
  return crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

Result<Member> put_member(std::string& out, const ZipEntry& entry) {
  if (entry.name.empty() || entry.name.size() > std::numeric_limits<std::uint16_t>::max() ||
      entry.bytes.size() > kLargest) {
    return fail(base::ErrorCode::InvalidArgument,
                "zip: `" + entry.name.substr(0, 80) + "` has no name, or is too large");
  }
  OFFEX_ASSIGN(const std::string gzipped, gzip(entry.bytes));
  const std::string_view packed =
      std::string_view{gzipped}.substr(kGzipHeader, gzipped.size() - kGzipHeader - kGzipTrailer);
  const Member member{.name = entry.name,
                      .crc = crc_of(entry.bytes),
                      .packed = packed.size(),
                      .size = entry.bytes.size(),
                      .offset = out.size()};
  out += "PK\x03\x04";
  put_description(out, member);
  out += entry.name;
  out += packed;
  return member;
}

void put_directory(std::string& out, const std::vector<Member>& members) {
  const std::size_t start = out.size();
  for (const Member& member : members) {
    out += "PK\x01\x02";
    put(out, 20, 2);  // made by: MS-DOS, so that no permissions are claimed
    put_description(out, member);
    put(out, 0, 2);  // comment
    put(out, 0, 2);  // disk
    put(out, 0, 2);  // internal attributes
    put(out, 0, 4);  // external attributes
    put(out, member.offset, 4);
    out += member.name;
  }
  const std::size_t size = out.size() - start;
  out += "PK\x05\x06";
  put(out, 0, 4);  // disks
  put(out, members.size(), 2);
  put(out, members.size(), 2);
  put(out, size, 4);
  put(out, start, 4);
  put(out, 0, 2);  // comment
}

}  // namespace

Result<std::string> zip_archive(const std::vector<ZipEntry>& entries) {
  if (entries.size() >= std::numeric_limits<std::uint16_t>::max()) {
    return fail(base::ErrorCode::InvalidArgument, "zip: too many members for one archive");
  }
  std::string out;
  std::vector<Member> members;
  members.reserve(entries.size());
  for (const ZipEntry& entry : entries) {
    OFFEX_ASSIGN(const Member member, put_member(out, entry));
    members.push_back(member);
  }
  put_directory(out, members);
  if (out.size() > kLargest) {
    return fail(base::ErrorCode::InvalidArgument, "zip: the archive is too large");
  }
  return out;
}

}  // namespace offex::formats
