#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"

#include "sim/serve_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::array<std::string_view, 6> kPrefixes{"CNMS", "FNSQ", "FNYX", "FNQC", "FNRA", "FORF"};

/// Takes the prefix away; false when it is not there.
bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

HttpReply access_denied() {
  return plain_reply(403, "application/xml",
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>"
                     "<Message>Access Denied</Message><RequestId>SIMULATED</RequestId></Error>");
}

HttpReply CdnPart::answer(const HttpRequest& request) const {
  std::string_view path = request.path;
  if (request.method != "GET" && request.method != "HEAD")
    return plain_reply(405, "text/plain", "");
  if (take_prefix(path, "/cdn/regsho/daily/")) return short_file(request, path);
  if (take_prefix(path, "/cdn/ATS/")) return ats_archive(request, path);
  return access_denied();
}

HttpReply CdnPart::short_file(const HttpRequest& request, std::string_view name) const {
  constexpr std::size_t kLength = std::string_view{"CNMSshvol20260417.txt"}.size();
  if (name.size() != kLength || name.substr(4, 5) != "shvol" || !name.ends_with(".txt") ||
      std::ranges::find(kPrefixes, name.substr(0, 4)) == kPrefixes.end()) {
    return access_denied();
  }
  const auto day = market::Day::parse(name.substr(9, 8));
  const auto found = day ? site_.short_file(name.substr(0, 4), *day) : std::nullopt;
  const Bytes bytes = found ? site_.file(found->path) : nullptr;
  if (!bytes) return access_denied();
  HttpReply out{};
  out.with("Content-Type", "text/plain");
  out.set_body(bytes);
  apply_validators(request, site_.etag(found->path.string(), *bytes), found->published, out);
  return out;
}

HttpReply CdnPart::ats_archive(const HttpRequest& request, std::string_view name) const {
  constexpr std::string_view kPrefix{"ATS_W_Summary_"};
  if (!name.starts_with(kPrefix) || !name.ends_with(".zip")) return access_denied();
  const auto friday = market::Day::parse(name.substr(kPrefix.size(), 8));
  if (!friday || name.size() != kPrefix.size() + 12) return access_denied();
  const market::Instant published =
      market::weekly_release(publication_day(market::week_start(*friday), Tier::T2));
  const Bytes bytes =
      published <= site_.now() ? site_.file(site_.root / "ats_zip" / name) : nullptr;
  if (!bytes) return access_denied();
  HttpReply out{};
  out.with("Content-Type", "application/zip");
  out.set_body(bytes);
  apply_validators(request, site_.etag(std::string{name}, *bytes), published, out);
  return out;
}

HttpReply NasdaqPart::answer(const HttpRequest& request) const {
  std::string_view name = request.path;
  const bool known = take_prefix(name, "/nasdaq/dynamic/SymDir/") &&
                     (name == "nasdaqlisted.txt" || name == "otherlisted.txt");
  const Bytes file = known ? site_.file(site_.root / "reference" / name) : nullptr;
  if (!file) return plain_reply(404, "text/html", "<html><body>404 Not Found</body></html>\n");
  // The directory is made anew all day long; its last line says when.
  constexpr std::string_view kCreated{"File Creation Time: "};
  const market::NewYorkTime now = market::to_new_york(site_.now());
  const market::CivilDate date = now.day.civil();
  const std::int64_t minutes = now.nanos_of_day / 60'000'000'000;
  std::string text = *file;
  const std::size_t at = text.rfind(kCreated);
  if (at != std::string::npos) {
    text.replace(at + kCreated.size(), std::string_view{"0417202621:31"}.size(),
                 fmt::format("{:02}{:02}{:04}{:02}:{:02}", date.month, date.day, date.year,
                             minutes / 60, minutes % 60));
  }
  HttpReply out = plain_reply(200, "text/plain", std::move(text));
  apply_validators(request, site_.etag(fmt::format("{}#{}", name, site_.now().nanos()), *out.body),
                   site_.now(), out);
  return out;
}

}  // namespace offex::sim
