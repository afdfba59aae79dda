#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offex/feeds/request.hpp"
#include "offex/feeds/upstream.hpp"

// Requests to PostgREST, which stands in front of the tables of a Supabase project.
namespace offex::feeds {

/// Rows of a request body at most: what PostgREST's users take for one upsert.
inline constexpr std::size_t kPostgrestRows = 1'000;

/// Returns the request that adds rows to a table, and replaces those whose key is there already.
/// \param body a JSON array of objects that all have the same members
/// \param key the columns of a unique index \param merge false: leave rows that are there alone
[[nodiscard]] Request postgrest_upsert(const FeedSettings& settings, std::string_view table,
                                       std::span<const std::string> key, std::string body,
                                       bool merge = true);

/// Which rows of a table to read. A server cuts an answer at its own number of rows, without a
/// word: the caller goes on behind those that came until none is left.
struct PostgrestQuery {
  std::vector<std::string> columns;                            ///< empty: all
  std::vector<std::pair<std::string, std::string>> filters{};  ///< {"trade_date", "eq.2026-04-17"}
  std::vector<std::string> order{};                            ///< a unique key, for stable pages
  std::size_t offset{0};
  std::size_t limit{kPostgrestRows};
  bool count{false};  ///< ask for the number of all rows: `Reply::record_total`
};
[[nodiscard]] Request postgrest_select(const FeedSettings& settings, std::string_view table,
                                       const PostgrestQuery& query);

/// Returns the request for the description of all tables: OpenAPI, whose `definitions` name the
/// columns. A server may be set to give none.
[[nodiscard]] Request postgrest_description(const FeedSettings& settings);

}  // namespace offex::feeds
