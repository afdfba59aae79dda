#include <algorithm>
#include <array>
#include <cstddef>

#include "store/postgres_internal.hpp"

namespace offex::store::pg {
namespace {

using base::ErrorCode;

struct Rule {
  std::string_view prefix;  // of the SQLSTATE: a whole code, or a class of two characters
  ErrorCode code;
};

// The first that fits counts: whole codes stand before their class.
constexpr auto kRules = std::to_array<Rule>({
    {"3D000", ErrorCode::NotFound},  // no such database
    {"3F000", ErrorCode::NotFound},  // no such schema
    {"42P01", ErrorCode::NotFound},  // table
    {"42703", ErrorCode::NotFound},  // column
    {"42704", ErrorCode::NotFound},  // type, role or another object
    {"42P10", ErrorCode::NotFound},  // no unique index on the columns of ON CONFLICT
    {"42501", ErrorCode::Credentials},
    {"0A", ErrorCode::InvalidArgument},  // what the server, or this kind of table, does not support
    {"28", ErrorCode::Credentials},
    {"21", ErrorCode::Integrity},  // the same key twice in one statement
    {"22", ErrorCode::Integrity},  // a value that the type does not have
    {"23", ErrorCode::Integrity},  // a constraint
    {"27", ErrorCode::Integrity},  // a trigger changed what was to be changed
    {"44", ErrorCode::Integrity},  // WITH CHECK OPTION
    {"P0", ErrorCode::Integrity},  // a trigger's own refusal
    {"42", ErrorCode::Internal},
    {"25", ErrorCode::Internal},  // the state of the transaction
});

constexpr bool is_code_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

}  // namespace

ErrorCode code_of_sqlstate(std::string_view sqlstate) {
  // 25006 is a server that takes no writes, a standby: not a mistake of ours.
  if (sqlstate != "25006") {
    for (const Rule& rule : kRules) {
      if (sqlstate.starts_with(rule.prefix)) return rule.code;
    }
  }
  return ErrorCode::Upstream;
}

ConnectFailure read_connect_failure(std::string_view text) {
  // "connection to server at ... failed: FATAL:  28P01: password authentication failed\nLOCATION: "
  // The words are in the server's language, the shape is not.
  constexpr std::size_t kCodeBytes = 5;
  constexpr std::string_view kBefore = ":  ";
  ConnectFailure out;
  std::string_view rest = text;
  for (std::size_t at = text.find(kBefore); at != std::string_view::npos;
       at = text.find(kBefore, at + 1)) {
    const std::string_view code = text.substr(at + kBefore.size(), kCodeBytes);
    const std::size_t after = at + kBefore.size() + kCodeBytes;
    if (code.size() == kCodeBytes && std::ranges::all_of(code, is_code_character) &&
        text.substr(after).starts_with(": ")) {
      out.sqlstate = code;
      out.message = text.substr(0, at + 2);
      rest = text.substr(after + 2);
      rest = rest.substr(0, rest.find("\nLOCATION:"));
      break;
    }
  }
  out.message += rest;
  while (!out.message.empty() && (out.message.back() == '\n' || out.message.back() == ' ')) {
    out.message.pop_back();
  }
  std::ranges::replace(out.message, '\n', ' ');
  return out;
}

}  // namespace offex::store::pg
