#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "formats/decimal_internal.hpp"
#include "formats/faults_internal.hpp"
#include "formats/json_body_internal.hpp"
#include "formats/polygon_reader_internal.hpp"
#include "formats/polygon_reply_internal.hpp"
#include "formats/polygon_rows_internal.hpp"

namespace offex::formats {
namespace {

static_assert(kMaxReplyBytes == JsonBody::kMaxBytes);

class PolygonReader final : public Reader {
 public:
  PolygonReader(ReadOptions options, std::size_t max_bytes)
      : options_{std::move(options)}, body_{options_.file, "a reply of Polygon", max_bytes} {}

  Result<void> push(std::string_view block) override { return body_.append(block); }
  Result<Document> finish() override;

 private:
  [[nodiscard]] Result<void> check_root(const PolygonReply& reply, PolygonKind kind);
  [[nodiscard]] Result<std::optional<market::Day>> expected_day() const;
  [[nodiscard]] Result<void> read_results(PolygonRows& rows);
  [[nodiscard]] Result<void> check_count(std::string_view key, const ReplyValue& count,
                                         std::uint64_t num_results) const;
  [[nodiscard]] Result<void> warn(const PolygonReply& reply, PolygonKind kind,
                                  std::uint64_t num_results, Document& document) const;

  ReadOptions options_;
  JsonBody body_;
};

Result<Document> PolygonReader::finish() {
  OFFEX_TRY(body_.open());
  OFFEX_ASSIGN(const PolygonReply reply, read_reply(body_));
  OFFEX_ASSIGN(const PolygonKind kind, kind_of(body_, reply));
  OFFEX_TRY(check_root(reply, kind));
  const bool one_day = kind == PolygonKind::Grouped;
  std::optional<market::Day> day;
  if (one_day) {
    OFFEX_ASSIGN(day, expected_day());
  }
  PolygonRows rows{layout_of(kind), reply, options_, day};
  if (reply.results.kind == JsonKind::Nested) OFFEX_TRY(read_results(rows));

  const bool bars = one_day || kind == PolygonKind::Aggregates;
  if (bars) {
    OFFEX_TRY(check_count("resultsCount", reply.results_count, rows.num_results()));
  } else if (!reply.next_url.seen()) {
    // The count of a page may be that of all pages.
    OFFEX_TRY(check_count("count", reply.count, rows.num_results()));
  }
  if (one_day && !rows.day()) {
    return fail(base::ErrorCode::InvalidArgument,
                "the reply has no results and its name has no date: say which day it is with "
                "--date",
                in_file(options_.file));
  }
  Document document{.name = options_.file,
                    .dataset = layout_of(kind).dataset,
                    .day = rows.day(),
                    .facility = {},
                    .rows = {},
                    .rejects = {},
                    .warnings = {}};
  OFFEX_TRY(warn(reply, kind, rows.num_results(), document));
  rows.finish(document);
  return document;
}

Result<void> PolygonReader::check_root(const PolygonReply& reply, PolygonKind kind) {
  if (reply.status.seen() && reply.status.kind != JsonKind::Text) {
    return body_.refuse(reply.status.at, "status", "not a text");
  }
  if (kind != PolygonKind::Grouped && kind != PolygonKind::Aggregates) return {};
  if (reply.adjusted.seen() && reply.adjusted.text != "false") {
    return body_.refuse(reply.adjusted.at, "adjusted",
                        "these bars are adjusted for splits, but FINRA's volumes never are: ask "
                        "for adjusted=false");
  }
  if (kind == PolygonKind::Grouped) return {};
  if (!reply.ticker.seen()) return body_.refuse(nullptr, "ticker", "the reply names no ticker");
  if (reply.ticker.kind == JsonKind::Text && market::Symbol::parse(reply.ticker.text)) return {};
  return body_.refuse(reply.ticker.at, "ticker", "not a symbol");
}

Result<std::optional<market::Day>> PolygonReader::expected_day() const {
  const NameHints hints = hints_from_name(options_.file);
  if (hints.day && options_.day && *hints.day != *options_.day) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("the name says {}, but --date says {}", hints.day->iso(), options_.day->iso()),
        in_file(options_.file));
  }
  return hints.day ? hints.day : options_.day;
}

Result<void> PolygonReader::read_results(PolygonRows& rows) {
  body_.document().rewind();
  return body_.each_member(
      body_.document(), {}, [&](std::string_view key, JsonBody::Value& value) -> Result<void> {
        if (key != "results") return {};
        if (JsonBody::token(value).starts_with('{')) return rows.add(body_, value);
        return body_.each_element(value, key,
                                  [&](JsonBody::Value& row) { return rows.add(body_, row); });
      });
}

Result<void> PolygonReader::check_count(std::string_view key, const ReplyValue& count,
                                        std::uint64_t num_results) const {
  if (!count.seen()) return {};
  const auto value = read_decimal(count.text, 0);
  if (count.kind != JsonKind::Number || !value) return body_.refuse(count.at, key, "not a number");
  if (*value == static_cast<std::int64_t>(num_results)) return {};
  return body_.refuse(count.at, key,
                      fmt::format("{} says {}, but there are {} results: the reply is cut", key,
                                  *value, num_results));
}

Result<void> PolygonReader::warn(const PolygonReply& reply, PolygonKind kind,
                                 std::uint64_t num_results, Document& document) const {
  if (!reply.next_url.text.empty() && reply.next_url.kind != JsonKind::Missing) {
    document.warnings.emplace_back(kFurtherPage);
  }
  if (kind != PolygonKind::Aggregates || !reply.query_count.seen()) return {};
  const auto combined = read_decimal(reply.query_count.text, 0);
  if (reply.query_count.kind != JsonKind::Number || !combined) {
    return body_.refuse(reply.query_count.at, "queryCount", "not a number");
  }
  if (*combined > static_cast<std::int64_t>(num_results)) {
    document.warnings.push_back(
        fmt::format("queryCount: {} bars are made of {}, so that some may be of more than one day",
                    num_results, *combined));
  }
  return {};
}

}  // namespace

std::unique_ptr<Reader> make_polygon_reader(ReadOptions options, std::size_t max_bytes) {
  return std::make_unique<PolygonReader>(std::move(options), max_bytes);
}

}  // namespace offex::formats
