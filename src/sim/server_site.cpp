#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "offex/base/digest.hpp"
#include "offex/formats/gzip_reader.hpp"
#include "offex/market/calendar.hpp"

#include "sim/server_site_internal.hpp"

namespace offex::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCacheBytes = std::size_t{768} << 20U;

std::string read_bytes(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string out;
  std::error_code error;
  out.resize(fs::file_size(path, error));
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(in.gcount()));
  return out;
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

Bytes ByteCache::get(const std::string& key, const std::function<std::string()>& make) {
  std::promise<Bytes> promise;
  std::shared_future<Bytes> coming;
  {
    const std::lock_guard guard{lock_};
    const auto [at, fresh] = entries_.try_emplace(key);
    at->second.used = ++clock_;
    if (fresh) {
      at->second.bytes = promise.get_future().share();
    } else {
      coming = at->second.bytes;
    }
  }
  if (coming.valid()) return coming.get();
  Bytes out = std::make_shared<const std::string>(make());
  promise.set_value(out);
  const std::lock_guard guard{lock_};
  const std::size_t size = out->size() + key.size() + 1;
  make_room(size);
  if (const auto at = entries_.find(key); at != entries_.end()) {
    if (size > kCacheBytes / 2) {
      entries_.erase(at);
    } else {
      at->second.size = size;
      total_ += size;
    }
  }
  return out;
}

void ByteCache::make_room(std::size_t size) {
  while (total_ > 0 && total_ + size > kCacheBytes) {
    auto oldest = entries_.end();
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
      if (at->second.size == 0) continue;
      if (oldest == entries_.end() || at->second.used < oldest->second.used) oldest = at;
    }
    if (oldest == entries_.end()) return;
    total_ -= oldest->second.size;
    entries_.erase(oldest);
  }
}

std::optional<market::Instant> Site::corrected() const {
  const std::int64_t at = corrected_;
  return at == 0 ? std::nullopt : std::optional{market::Instant::from_nanos(at)};
}

bool Site::has_session(market::Day day) const {
  return std::ranges::binary_search(index.sessions, day);
}

std::optional<Site::ShortFile> Site::short_file(std::string_view prefix, market::Day day) const {
  if (!has_session(day) || market::daily_publication(day) > now()) return std::nullopt;
  const std::string name = fmt::format("{}shvol{}.txt", prefix, day.compact());
  if (const auto since = corrected(); since && is_file(root / "corrections" / name)) {
    return ShortFile{root / "corrections" / name, *since};
  }
  const fs::path path = root / "short" / name;
  if (!is_file(path)) return std::nullopt;
  return ShortFile{path, market::daily_publication(day)};
}

bool Site::is_published(const WeekFiles& week) const {
  return market::weekly_release(week.published) <= now();
}

bool Site::is_restated(const WeekFiles& week) const {
  return week.updated && market::weekly_release(*week.updated) <= now();
}

Bytes Site::file(const fs::path& path) const {
  if (!is_file(path)) return nullptr;
  return cache_.get(path.string(), [&] { return read_bytes(path); });
}

Bytes Site::text(const fs::path& path) const {
  if (path.extension() != ".gz") return file(path);
  if (!is_file(path)) return nullptr;
  return cache_.get(path.string() + "#text", [&] {
    auto unpacked = formats::gunzip(read_bytes(path));
    return unpacked ? std::move(*unpacked) : std::string{};
  });
}

Bytes Site::flat_text(std::string_view set, market::Day day) const {
  const std::string iso = day.iso();
  const std::string key =
      fmt::format("us_stocks_sip/{}/{}/{}/{}.csv", set, iso.substr(0, 4), iso.substr(5, 2), iso);
  for (const char* part : {"bars", "tape"}) {
    for (const char* ending : {".gz", ""}) {
      if (Bytes found = text(root / part / (key + ending))) return found;
    }
  }
  return std::make_shared<const std::string>();
}

std::string Site::etag(const std::string& key, std::string_view bytes) const {
  {
    const std::lock_guard guard{tags_lock_};
    if (const auto at = tags_.find(key); at != tags_.end()) return at->second;
  }
  std::string tag = "\"" + base::sha256(bytes).hex().substr(0, 32) + "\"";
  const std::lock_guard guard{tags_lock_};
  return tags_.try_emplace(key, std::move(tag)).first->second;
}

std::string base_url(const HttpRequest& request) {
  return "http://" + std::string{request.header("host")};
}

}  // namespace offex::sim
