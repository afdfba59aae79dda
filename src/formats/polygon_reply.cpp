#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "formats/polygon_reply_internal.hpp"
#include "formats/polygon_time_internal.hpp"

namespace offex::formats {
namespace {

struct RootKey {
  std::string_view name;
  ReplyValue PolygonReply::* member;
};

constexpr std::array kRootKeys = {
    RootKey{"status", &PolygonReply::status},
    RootKey{"message", &PolygonReply::message},
    RootKey{"error", &PolygonReply::error},
    RootKey{"error_message", &PolygonReply::error_message},
    RootKey{"adjusted", &PolygonReply::adjusted},
    RootKey{"queryCount", &PolygonReply::query_count},
    RootKey{"resultsCount", &PolygonReply::results_count},
    RootKey{"count", &PolygonReply::count},
    RootKey{"ticker", &PolygonReply::ticker},
    RootKey{"next_url", &PolygonReply::next_url},
    RootKey{"results", &PolygonReply::results},
    RootKey{"tickers", &PolygonReply::tickers},
    RootKey{"symbol", &PolygonReply::symbol},
    RootKey{"from", &PolygonReply::from},
    RootKey{"serverTime", &PolygonReply::server_time},
    RootKey{"fields", &PolygonReply::fields},
};

// What other replies are called; the first whose key the first result has is it.
struct OtherRow {
  std::string_view key;
  std::string_view name;
};

constexpr std::array kOtherRows = {
    OtherRow{"cash_amount", "Polygon's dividends"},
    OtherRow{"underlying_ticker", "Polygon's options contracts"},
    OtherRow{"ask_price", "quotes, which are read as a tape"},
    OtherRow{"bid_price", "quotes, which are read as a tape"},
    OtherRow{"sip_timestamp", "trades, which are read as a tape"},
    OtherRow{"description", "Polygon's list of ticker types"},
};

constexpr std::size_t kMaxRowKeys = 256;

Result<void> look_at_row(JsonBody& body, JsonBody::Value& row, PolygonReply& reply) {
  return body.each_member(row, "results",
                          [&](std::string_view key, JsonBody::Value& value) -> Result<void> {
                            if (reply.row_keys.size() < kMaxRowKeys)
                              reply.row_keys.emplace_back(key);
                            if (key == "t") reply.first_time = JsonBody::token(value);
                            return {};
                          });
}

Result<void> look_at_results(JsonBody& body, JsonBody::Value& results, PolygonReply& reply) {
  if (reply.results.text == "{") return look_at_row(body, results, reply);
  bool first = true;
  return body.each_element(results, "results", [&](JsonBody::Value& row) -> Result<void> {
    if (!std::exchange(first, false)) return {};
    return look_at_row(body, row, reply);
  });
}

Result<void> read_root_member(JsonBody& body, std::string_view key, JsonBody::Value& value,
                              PolygonReply& reply) {
  const auto found = std::ranges::find(kRootKeys, key, &RootKey::name);
  if (found == kRootKeys.end()) return {};
  ReplyValue& target = reply.*(found->member);
  if (target.seen()) return body.refuse(JsonBody::start_of(value), key, "this key stands twice");
  OFFEX_ASSIGN(const JsonCell cell, body.read_cell(value, key));
  target = {.kind = cell.kind, .text = std::string{cell.text}, .at = cell.at};
  if (key != "results" || cell.missing()) return {};
  if (cell.kind != JsonKind::Nested) return body.refuse(cell.at, key, "not a list");
  target.text.resize(1);
  return look_at_results(body, value, reply);
}

Result<void> refuse_error(const JsonBody& body, const PolygonReply& reply) {
  const ReplyValue& status = reply.status;
  const bool good = status.text == "OK" || status.text == "DELAYED";
  if (status.kind == JsonKind::Text && good) return {};
  const bool failed = status.kind == JsonKind::Text ||
                      (!reply.results.seen() && (reply.error.kind == JsonKind::Text ||
                                                 reply.error_message.kind == JsonKind::Text));
  if (!failed) return {};
  std::string reason = "the reply reports an error instead of data";
  for (const ReplyValue* text : {&reply.message, &reply.error_message, &reply.error, &status}) {
    if (text->kind != JsonKind::Text || text->text.empty()) continue;
    reason += ": " + base::printable_excerpt(text->text, 200);
    break;
  }
  const ReplyValue& at = status.seen()        ? status
                         : reply.error.seen() ? reply.error
                                              : reply.error_message;
  const std::string_view field = status.seen() ? "status" : "error";
  return body.refuse(at.at, field, std::move(reason));
}

std::string_view other_root(const PolygonReply& reply) {
  if (reply.tickers.seen() || reply.ticker.kind == JsonKind::Nested) return "a snapshot of quotes";
  if (reply.server_time.seen()) return "the market's status";
  if (reply.symbol.seen() && reply.from.seen()) {
    return "an open-close reply, which does not tell whether it is adjusted for splits";
  }
  if (reply.fields.seen()) return "the body of a request and no reply";
  return {};
}

std::unexpected<base::Error> unknown(const JsonBody& body, std::string reason) {
  return fail(base::ErrorCode::UnknownLayout, std::move(reason), body.place(nullptr, nullptr, {}));
}

Result<PolygonKind> kind_of_bars(const JsonBody& body, const PolygonReply& reply) {
  const bool one_ticker = reply.ticker.seen();
  if (!reply.has_row_key("T") && !reply.row_keys.empty()) {
    const auto start = read_new_york_time(reply.first_time);
    if (!start || start->nanos_of_day == 0) return PolygonKind::Aggregates;
    return unknown(body, "this JSON looks like bars of minutes or hours, which are read as a tape");
  }
  if (!one_ticker) return PolygonKind::Grouped;
  if (reply.row_keys.empty()) return PolygonKind::Aggregates;
  return unknown(body, "this JSON looks like the bar of the previous day: ask for the daily bars");
}

Result<PolygonKind> kind_of_list(const JsonBody& body, const PolygonReply& reply) {
  const bool list = reply.results.text == "[";
  if (list && reply.has_row_key("o") && reply.has_row_key("c")) return kind_of_bars(body, reply);
  if (list && reply.has_row_key("data_types")) return PolygonKind::Conditions;
  if (list && reply.has_row_key("id") && reply.has_row_key("locale")) {
    return PolygonKind::Exchanges;
  }
  if (reply.has_row_key("ticker") && reply.has_row_key("market")) return PolygonKind::Tickers;
  if (list && reply.has_row_key("split_from")) return PolygonKind::Splits;
  for (const OtherRow& other : kOtherRows) {
    if (!reply.has_row_key(other.key)) continue;
    return unknown(body, fmt::format("this JSON looks like {}", other.name));
  }
  return unknown(body,
                 "this JSON is no reply of a known layout; understood are Polygon's grouped daily "
                 "and daily bars, tickers, splits, exchanges and conditions");
}

}  // namespace

bool PolygonReply::has_row_key(std::string_view key) const {
  return std::ranges::find(row_keys, key) != row_keys.end();
}

Result<PolygonReply> read_reply(JsonBody& body) {
  PolygonReply reply;
  OFFEX_TRY(
      body.each_member(body.document(), {}, [&](std::string_view key, JsonBody::Value& value) {
        return read_root_member(body, key, value, reply);
      }));
  OFFEX_TRY(body.close());
  OFFEX_TRY(refuse_error(body, reply));
  return reply;
}

Result<PolygonKind> kind_of(const JsonBody& body, const PolygonReply& reply) {
  const bool bars = reply.results_count.seen() || reply.adjusted.seen();
  if (reply.row_keys.empty() && bars) return kind_of_bars(body, reply);
  if (const std::string_view name = other_root(reply); !name.empty()) {
    return unknown(body, fmt::format("this JSON looks like {}", name));
  }
  if (reply.row_keys.empty() && reply.results.seen()) {
    return unknown(body, "a reply without results, which does not tell what was asked for");
  }
  if (reply.results.text == "{" && reply.has_row_key("T") && reply.has_row_key("p")) {
    return unknown(body, "this JSON looks like the last trade or quote of a ticker");
  }
  return kind_of_list(body, reply);
}

}  // namespace offex::formats
