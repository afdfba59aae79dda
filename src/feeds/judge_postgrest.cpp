#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "feeds/json_scanner_internal.hpp"
#include "feeds/judge_internal.hpp"
#include "feeds/url_internal.hpp"

namespace offex::feeds {
namespace {

using base::ErrorCode;

constexpr std::size_t kExcerptBytes = 500;

/// What PostgREST, or the gateway before it, says of a failure.
struct TableFault {
  std::string code;  ///< "PGRST102", or a SQLSTATE
  std::string message;
  std::string hint;
};

TableFault read_fault(std::string_view body) {
  TableFault out;
  JsonScanner scanner{body};
  std::string name;
  std::string value;
  if (!scanner.take('{')) return out;
  do {
    value.clear();
    if (!scanner.text(name) || !scanner.take(':') || !scanner.value(value)) break;
    if (value == "null") value.clear();
    if (name == "code") out.code = value;
    if (name == "message") out.message = value;
    if (name == "hint") out.hint = value;
  } while (scanner.take(','));
  return out;
}

/// Returns the server's words: "42501: new row violates ..." or the front of what came.
std::string words_of(const TableFault& fault, std::string_view body) {
  std::string out = fault.message.empty() ? std::string{trimmed(body)} : fault.message;
  if (!fault.hint.empty()) out += " (" + fault.hint + ")";
  if (!fault.code.empty()) out = fault.code + ": " + out;
  return out.empty() ? "no message" : base::printable_excerpt(out, kExcerptBytes);
}

struct Cure {
  std::string_view code;
  std::string_view text;
};
constexpr std::array<Cure, 10> kCures{{
    {"PGRST102", "the body is no JSON array of objects with equal members"},
    {"42P10", "no unique index of the table has just the columns of the key; run the migrations"},
    {"PGRST204",
     "the table lacks a column, or the schema cache is old: run the migrations, then "
     "NOTIFY pgrst, 'reload schema'"},
    {"42703", "the table lacks a column: run the migrations"},
    {"21000", "one key stands twice in the body"},
    {"42501",
     "row-level security or a missing privilege: an anon or publishable key cannot "
     "write; set SUPABASE_SERVICE_ROLE_KEY or SUPABASE_SECRET_KEY"},
    {"PGRST301",
     "the key is no token that the server takes, or it is too old: look at "
     "SUPABASE_SERVICE_ROLE_KEY"},
    {"PGRST205",
     "the table is not there, or the schema cache is old: run the numbered migrations "
     "with psql or supabase, then NOTIFY pgrst, 'reload schema'"},
    {"42P01", "the table is not there: run the numbered migrations with psql or supabase"},
    {"PGRST106", "the schema is not exposed by the server"},
}};

// A schema, a table, a column or a unique index that is not there, as over libpq.
constexpr std::array<std::string_view, 8> kNotThere{"PGRST106", "PGRST204", "PGRST205", "3F000",
                                                    "42703",    "42704",    "42P01",    "42P10"};

std::string cured(const TableFault& fault, std::string text) {
  const auto* const cure = std::ranges::find(kCures, fault.code, &Cure::code);
  if (cure != kCures.end()) text.append("; ").append(cure->text);
  return text;
}

Verdict again(std::string why, ErrorCode code = ErrorCode::Upstream) {
  return {.step = Step::Again, .code = code, .why = std::move(why)};
}

/// A conflict of transactions, a spent resource, a cancelled statement, a lost connection: of these
/// another attempt is free. An upsert that ran twice is one upsert.
bool passes_by(std::string_view code) {
  const bool state = code.size() == 5;
  return (state && (code.starts_with("40") || code.starts_with("53") || code.starts_with("57") ||
                    code.starts_with("08"))) ||
         code == "55P03" || (code.starts_with("PGRST00") && code <= "PGRST003");
}

bool ends_as_json(std::string_view body) {
  body = trimmed(body);
  return body.size() >= 2 && ((body.front() == '[' && body.back() == ']') ||
                              (body.front() == '{' && body.back() == '}'));
}

Verdict judge_rows(const Request& request, const Received& received) {
  const std::string_view body = trimmed(received.body);
  if (is_web_page(body)) {
    return again("a web page came instead of data: " + base::printable_excerpt(body, 80));
  }
  if (request.method == Method::Get && !ends_as_json(body)) {
    return again("the reply is no whole JSON text: " + base::printable_excerpt(body, 80));
  }
  return {.step = Step::Use, .kind = body.empty() ? ReplyKind::Empty : ReplyKind::Body};
}

ErrorCode code_of(int status, const TableFault& fault) {
  const bool state = fault.code.size() == 5;
  if (status == 401 || status == 403 || fault.code == "42501") return ErrorCode::Credentials;
  if (std::ranges::find(kNotThere, fault.code) != kNotThere.end()) return ErrorCode::NotFound;
  // The data, not the question.
  if (state && (fault.code.starts_with("22") || fault.code.starts_with("23"))) {
    return ErrorCode::Integrity;
  }
  if (status == 400) return ErrorCode::InvalidArgument;
  return status == 409 ? ErrorCode::Integrity : ErrorCode::Upstream;
}

Verdict judge_fault(const Received& received) {
  const int status = received.status;
  const TableFault fault = read_fault(received.body);
  const std::string words = words_of(fault, received.body);
  if (status == 429) {
    Verdict out = again("too many requests (429)", ErrorCode::Upstream);
    out.throttled = true;
    return out;
  }
  if (status == 408 || status == 425 || status >= 500 || passes_by(fault.code)) {
    return again(is_web_page(received.body) ? fmt::format("status {}", status)
                                            : fmt::format("status {}: {}", status, words));
  }
  if (is_web_page(received.body)) return again(fmt::format("blocked ({}): {}", status, words));
  std::string why = cured(fault, fmt::format("refused ({}): {}", status, words));
  if (fault.code.empty() && (status == 401 || status == 403)) {
    why += "; look at SUPABASE_SERVICE_ROLE_KEY and SUPABASE_URL";
  }
  if (fault.code.empty() && status == 404) why += "; look at SUPABASE_URL";
  return {.step = Step::Fail, .code = code_of(status, fault), .why = std::move(why)};
}

}  // namespace

Verdict judge_postgrest(const Request& request, const Received& received) {
  switch (received.status) {
    case 200:
    case 201:
    case 204:
    case 206:
      return judge_rows(request, received);
    case 416:  // behind the last row, when rows are counted
      if (request.method == Method::Get) return {.step = Step::Use, .kind = ReplyKind::Empty};
      break;
    default:
      break;
  }
  return judge_fault(received);
}

RowRange read_row_range(std::string_view text) {
  RowRange out;
  const auto read = [](std::string_view digits) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto [stop, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (fault != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return out;
  out.total = read(text.substr(slash + 1));
  out.first = read(text.substr(0, std::min(text.find('-'), slash)));
  return out;
}

}  // namespace offex::feeds
