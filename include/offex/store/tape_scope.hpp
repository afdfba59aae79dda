#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "offex/market/symbol.hpp"

namespace offex::store {

/// Scope of a tape file that is one page of a reply, as text "AAPL/1776412803308000000/5000". A
/// file that is the whole market has an empty scope, any other part its name.
struct TapePage {
  std::string who;               ///< ticker; part of a digest where only the rows name it
  std::int64_t first_sip_ns{0};  ///< pages of one reply are in its order
  std::uint64_t rows{0};         ///< tells pages of other lengths apart

  /// Returns the page that a scope is, or nothing when it is none.
  [[nodiscard]] static std::optional<TapePage> parse(std::string_view scope);
  /// Names a page by its ticker or, without one, by the digest of its text.
  [[nodiscard]] static TapePage of(const std::optional<market::Symbol>& ticker,
                                   std::string_view text_sha256, std::int64_t first_sip_ns,
                                   std::uint64_t rows);

  [[nodiscard]] std::string to_string() const;
  /// Returns the ticker, or nothing where `who` is part of a digest.
  [[nodiscard]] std::optional<market::Symbol> ticker() const;

  friend bool operator==(const TapePage&, const TapePage&) = default;
};

/// Returns an SQL expression for what `column`, which holds scopes, names: `who` of a page, else
/// the whole scope.
[[nodiscard]] std::string tape_name_sql(std::string_view column);

}  // namespace offex::store
