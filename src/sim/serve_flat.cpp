#include <algorithm>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "offex/base/digest.hpp"

#include "sim/serve_flat_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::string_view kBucket{"/s3/flatfiles"};
constexpr std::size_t kListed = 1'000;  // objects of an answer at most
constexpr std::uint64_t kCachedBytes = std::uint64_t{16} << 20U;
constexpr int kReleaseHour = 11;  // New York, the day after

HttpReply storage_error(int status, std::string_view code) {
  return plain_reply(status, "application/xml",
                     fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{0}"
                                 "</Code><Message>{0}</Message><RequestId>simulated</RequestId>"
                                 "</Error>",
                                 code));
}

market::Instant release_of(market::Day day) {
  return market::from_new_york(day.plus(1), kReleaseHour);
}

std::string tag_of(std::string_view key, std::uint64_t size) {
  return "\"" + base::sha256(fmt::format("{} {}", key, size)).hex().substr(0, 32) + "\"";
}

/// Bytes from first to last, both included.
struct ByteRange {
  std::uint64_t first{0};
  std::uint64_t last{0};
};

/// Reads "bytes=10-", "bytes=10-19" or "bytes=-5". \param wrong set when no byte of it is there
std::optional<ByteRange> range_of(std::string_view text, std::uint64_t size, bool& wrong) {
  constexpr std::string_view kUnit{"bytes="};
  if (!text.starts_with(kUnit)) return std::nullopt;
  const std::vector<std::string_view> ends = split_text(text.substr(kUnit.size()), '-');
  if (ends.size() != 2) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t out = 0;
    const char* begin = digits.data();
    const char* end = begin + digits.size();
    const auto [stop, code] = std::from_chars(begin, end, out);
    return code == std::errc{} && stop == end ? std::optional{out} : std::nullopt;
  };
  const auto from = number(ends[0]);
  const auto to = number(ends[1]);
  if (!from && !to) return std::nullopt;
  wrong = size == 0 || (from && *from >= size) || (from && to && *to < *from);
  if (wrong) return std::nullopt;
  if (!from) return ByteRange{size - std::min(*to, size), size - 1};
  return ByteRange{*from, to ? std::min(*to, size - 1) : size - 1};
}

std::string read_range(const std::filesystem::path& path, const ByteRange& range) {
  std::ifstream in{path, std::ios::binary};
  std::string out(range.last - range.first + 1, '\0');
  in.seekg(static_cast<std::streamoff>(range.first));
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(in.gcount()));
  return out;
}

}  // namespace

HttpReply FlatFilePart::answer(const HttpRequest& request) const {
  const std::string_view fault = signature_fault(
      request, {.id = site_.options.flat_file_key, .secret = site_.options.flat_file_secret});
  if (!fault.empty()) {
    const bool incomplete =
        fault == "MissingSecurityHeader" || fault == "AuthorizationHeaderMalformed";
    return storage_error(incomplete ? 400 : 403, fault);
  }
  std::string_view path = request.path;
  if (!path.starts_with(kBucket)) return storage_error(404, "NoSuchBucket");
  path.remove_prefix(kBucket.size());
  if (request.method != "GET" && request.method != "HEAD") {
    return storage_error(405, "MethodNotAllowed");
  }
  if (path.empty() || path == "/") return list(request);
  return path.starts_with('/') ? object(request, path.substr(1))
                               : storage_error(404, "NoSuchBucket");
}

bool FlatFilePart::is_public(const StoredObject& object) const {
  return release_of(object.day) <= site_.now();
}

HttpReply FlatFilePart::list(const HttpRequest& request) const {
  const std::string prefix{request.param("prefix").value_or("")};
  const auto token = request.param("continuation-token");
  const auto last = token ? from_hex(*token) : std::nullopt;
  if (token && !last) return storage_error(400, "InvalidArgument");
  std::size_t most = kListed;
  const std::string_view asked = request.param("max-keys").value_or("");
  std::from_chars(asked.data(), asked.data() + asked.size(), most);
  most = std::clamp<std::size_t>(most, 1, kListed);
  std::string items;
  std::string newest;
  std::size_t count = 0;
  bool truncated = false;
  for (const auto& [key, stored] : site_.index.objects) {
    if (!key.starts_with(prefix) || !is_public(stored) || (last && key <= *last)) continue;
    truncated = count == most;
    if (truncated) break;
    items += fmt::format(
        "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>&quot;{}&quot;</ETag>"
        "<Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
        key, release_of(stored.day).iso(), tag_of(key, stored.size).substr(1, 32), stored.size);
    newest = key;
    ++count;
  }
  std::string body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>flatfiles</Name>"
      "<Prefix>{}</Prefix><KeyCount>{}</KeyCount><MaxKeys>{}</MaxKeys>"
      "<IsTruncated>{}</IsTruncated>{}",
      prefix, count, most, truncated, items);
  if (truncated) {
    body += fmt::format("<NextContinuationToken>{}</NextContinuationToken>", to_hex(newest));
  }
  return plain_reply(200, "application/xml", body + "</ListBucketResult>");
}

HttpReply FlatFilePart::object(const HttpRequest& request, std::string_view key) const {
  const auto at = site_.index.objects.find(key);
  if (at == site_.index.objects.end() || !is_public(at->second)) {
    return storage_error(404, "NoSuchKey");
  }
  const StoredObject& stored = at->second;
  const std::string tag = tag_of(key, stored.size);
  // A range of another version would not fit to what the client has: it gets the whole.
  const std::string_view condition = request.header("if-range");
  const bool same = condition.empty() || condition == tag;
  bool wrong = false;
  const auto range = same ? range_of(request.header("range"), stored.size, wrong) : std::nullopt;
  if (wrong) {
    return storage_error(416, "InvalidRange")
        .with("Content-Range", fmt::format("bytes */{}", stored.size));
  }
  HttpReply out{.status = range ? 206 : 200};
  const ByteRange part = range.value_or(ByteRange{0, stored.size - 1});
  if (stored.size <= kCachedBytes) {
    out.set_body(site_.file(stored.path));
    out.body_from = part.first;
    out.body_size = part.last - part.first + 1;
  } else {
    out.set_body(std::make_shared<const std::string>(read_range(stored.path, part)));
  }
  out.with("Content-Type", "application/gzip").with("Accept-Ranges", "bytes");
  if (range) {
    out.with("Content-Range", fmt::format("bytes {}-{}/{}", part.first, part.last, stored.size));
  }
  apply_validators(request, tag, release_of(stored.day), out);
  return out;
}

}  // namespace offex::sim
