#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "offex/market/day.hpp"

#include "sim/http_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDaySeconds = 86'400;

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 504:
      return "Gateway Time-out";
    default:
      return "Status";
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") + 1 - from);
}

std::optional<unsigned> hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return static_cast<unsigned>(byte - '0');
  const char low = static_cast<char>(byte | 0x20);
  if (low >= 'a' && low <= 'f') return static_cast<unsigned>(low - 'a') + 10U;
  return std::nullopt;
}

bool is_plain(char byte) {
  const char low = static_cast<char>(byte | 0x20);
  return (byte >= '0' && byte <= '9') || (low >= 'a' && low <= 'z') ||
         std::string_view{"-._~"}.contains(byte);
}

Pairs parse_query(std::string_view text) {
  Pairs out;
  for (const std::string_view part : split_text(text, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    out.emplace_back(percent_decode(part.substr(0, equals), true),
                     percent_decode(part.substr(std::min(equals + 1, part.size())), true));
  }
  return out;
}

std::optional<int> two_or_four_digits(std::string_view text) {
  int out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc{} || end != text.data() + text.size() || out < 0) return std::nullopt;
  return out;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

bool HttpRequest::has_header(std::string_view name) const {
  return std::ranges::any_of(headers, [&](const auto& entry) { return entry.first == name; });
}

std::optional<std::string_view> HttpRequest::param(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view HttpRequest::bearer() const {
  constexpr std::string_view kPrefix{"Bearer "};
  const std::string_view value = header("authorization");
  return value.starts_with(kPrefix) ? value.substr(kPrefix.size()) : std::string_view{};
}

HttpReply plain_reply(int status, std::string type, std::string body) {
  HttpReply out{.status = status};
  out.with("Content-Type", std::move(type));
  out.set_body(std::make_shared<const std::string>(std::move(body)));
  return out;
}

HttpReply json_reply(int status, std::string body) {
  return plain_reply(status, "application/json", std::move(body));
}

std::optional<HttpRequest> parse_request_head(std::string_view head) {
  const std::vector<std::string_view> lines = split_text(head, '\n');
  const std::vector<std::string_view> words = split_text(trimmed(lines.front()), ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/1.") || !words[1].starts_with('/')) {
    return std::nullopt;
  }
  HttpRequest out{.method = std::string{words[0]}, .target = std::string{words[1]}};
  const std::string_view target = words[1];
  const std::size_t question = std::min(target.find('?'), target.size());
  out.path = percent_decode(target.substr(0, question), false);
  out.query = parse_query(target.substr(std::min(question + 1, target.size())));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    out.headers.emplace_back(lower(lines[i].substr(0, colon)),
                             std::string{trimmed(lines[i].substr(colon + 1))});
  }
  return out;
}

std::string reply_head(const HttpReply& reply, std::size_t length, bool closes) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, reason_of(reply.status));
  for (const auto& [name, value] : reply.headers) out += fmt::format("{}: {}\r\n", name, value);
  // Neither reply may have a body, and a length of a 304 would be that of the unsent one.
  if (reply.status != 204 && reply.status != 304) {
    out += fmt::format("Content-Length: {}\r\n", length);
  }
  out += closes ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  return out;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool room = text[i] == '%' && i + 2 < text.size();
    const auto high = room ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = room ? hex_digit(text[i + 2]) : std::nullopt;
    if (high && low) {
      out.push_back(static_cast<char>(*high << 4U | *low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

std::string percent_encode(std::string_view text, bool keep_slash) {
  std::string out;
  for (const char byte : text) {
    if (is_plain(byte) || (keep_slash && byte == '/')) {
      out.push_back(byte);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    }
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& byte : out) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return out;
}

std::vector<std::string_view> split_text(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  std::size_t from = 0;
  while (true) {
    const std::size_t to = text.find(separator, from);
    out.push_back(text.substr(from, to == std::string_view::npos ? to : to - from));
    if (to == std::string_view::npos) return out;
    from = to + 1;
  }
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    out += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digit(text[i]);
    const auto low = hex_digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    out.push_back(static_cast<char>(*high << 4U | *low));
  }
  return out;
}

std::string http_date(market::Instant instant) {
  const std::int64_t seconds = instant.nanos() / kSecond;
  const market::Day day = market::Day::from_days(static_cast<std::int32_t>(seconds / kDaySeconds));
  const std::int64_t rest = seconds % kDaySeconds;
  const market::CivilDate date = day.civil();
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kWeekdays.at(static_cast<std::size_t>(day.weekday())), date.day,
                     kMonths.at(date.month - 1), date.year, rest / 3600, rest / 60 % 60, rest % 60);
}

std::optional<market::Instant> parse_http_date(std::string_view text) {
  const std::vector<std::string_view> words = split_text(text, ' ');
  if (words.size() != 6 || words[5] != "GMT") return std::nullopt;
  const auto month = std::ranges::find(kMonths, words[2]);
  const std::vector<std::string_view> clock = split_text(words[4], ':');
  const auto day = two_or_four_digits(words[1]);
  const auto year = two_or_four_digits(words[3]);
  if (month == kMonths.end() || clock.size() != 3 || !day || !year) return std::nullopt;
  const auto parsed = market::Day::parse(
      fmt::format("{:04}-{:02}-{:02}", *year, month - kMonths.begin() + 1, *day));
  std::int64_t seconds = 0;
  for (const std::string_view part : clock) {
    const auto value = two_or_four_digits(part);
    if (!value) return std::nullopt;
    seconds = seconds * 60 + *value;
  }
  if (!parsed) return std::nullopt;
  return market::Instant::from_nanos((parsed->days() * kDaySeconds + seconds) * kSecond);
}

void apply_validators(const HttpRequest& request, const std::string& etag, market::Instant modified,
                      HttpReply& reply) {
  reply.with("ETag", etag).with("Last-Modified", http_date(modified));
  bool same = false;
  if (request.has_header("if-none-match")) {
    same = request.header("if-none-match").contains(etag);
  } else if (const auto since = parse_http_date(request.header("if-modified-since"))) {
    same = modified.nanos() / kSecond <= since->nanos() / kSecond;
  }
  if (!same) return;
  reply.status = 304;
  reply.set_body(nullptr);
}

}  // namespace offex::sim
