#include "offex/studies/venue_mix.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "offex/market/wholesaler.hpp"

#include "studies/venue_mix_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::string_view kDeMinimis = "DE MINIMIS";

bool names_the_bucket(std::string_view name) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return !std::ranges::search(name, kDeMinimis, {}, upper).empty();
}

/// One venue, whatever its names: by MPID, else by CRD number, else by name. An ATS and the other
/// trading of its firm are two.
std::string identity_of(const VenueRow& row) {
  const char side = row.ats ? 'a' : 'n';
  if (!row.mpid.empty()) return fmt::format("{} mpid {}", side, row.mpid);
  if (row.crd) return fmt::format("{} crd {}", side, *row.crd);
  return fmt::format("{} name {}", side, row.name);
}

std::string label_of(const VenueRow& row) {
  if (!row.name.empty()) return row.name;
  return row.mpid.empty() && row.crd ? fmt::format("CRD {}", *row.crd) : row.mpid;
}

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& part) {
  sum =
      sum && part ? std::optional{*sum + *part} : std::nullopt;  // a missing part makes it missing
}

/// The venues of one symbol and week, largest first, the bucket of small firms last.
std::vector<VenueTotal> totals(std::span<const VenueRow> rows) {
  std::map<std::string, VenueTotal> by_identity;
  for (const VenueRow& row : rows) {
    const auto [at, fresh] = by_identity.try_emplace(identity_of(row));
    VenueTotal& total = at->second;
    if (fresh) {
      total = {.name = label_of(row), .mpid = row.mpid, .kind = venue_kind(row)};
      total.volume = total.trades = 0;
    }
    total.name = std::min(total.name, label_of(row));  // so that the order of rows does not show
    add(total.volume, row.volume);
    add(total.trades, row.trades);
  }
  std::vector<VenueTotal> out;
  for (auto& [identity, total] : by_identity) {
    out.push_back(std::move(total));
  }
  const auto place = [](const VenueTotal& total) {
    return std::tuple{total.kind == VenueKind::DeMinimis, -total.volume.value_or(-1)};
  };
  std::ranges::sort(out, [&](const VenueTotal& a, const VenueTotal& b) {
    return std::tuple{place(a), std::string_view{a.name}} <
           std::tuple{place(b), std::string_view{b.name}};
  });
  return out;
}

/// Adds to a sum of shares that is null until it has a part.
void add_share(std::optional<double>& sum, const columns::Column& share, std::size_t row) {
  if (share.valid(row)) {
    sum = sum.value_or(0.0) + share.values<double>()[row];
  }
}

void push(columns::Column& column, const std::optional<double>& value) {
  if (value) {
    column.push(*value);
  } else {
    column.push_missing();
  }
}

}  // namespace

VenueKind venue_kind(const VenueRow& row) {
  if (row.ats) return VenueKind::Ats;
  const bool bucket = row.mpid.empty() && (row.crd ? *row.crd == 0  // FINRA's mark
                                                   : names_the_bucket(row.name));
  if (bucket) return VenueKind::DeMinimis;
  return market::is_wholesaler(row.name) ? VenueKind::Wholesaler : VenueKind::Other;
}

columns::Batch venue_mix_header() {
  using columns::Column;
  using columns::Type;
  return columns::Batch{{Column{"symbol", Type::Symbol}, Column{"week_start_date", Type::Day},
                         Column{"venue", Type::Text}, Column{"mpid", Type::Text},
                         Column{"kind", kVenueKindWords}, Column{"volume", Type::Quantity},
                         Column{"trades", Type::Int64}, Column{"share", Type::Double},
                         Column{"rank", Type::Int32}}};
}

void append_venues(const market::Symbol& symbol, market::Day week, std::span<const VenueRow> rows,
                   std::optional<std::int64_t> whole, columns::Batch& out) {
  std::int32_t rank = 0;
  for (const VenueTotal& total : totals(rows)) {
    out.column(0).push(symbol);
    out.column(1).push(week.days());
    out.column(2).push(total.name);
    if (total.mpid.empty()) {
      out.column(3).push_missing();
    } else {
      out.column(3).push(total.mpid);
    }
    out.column(4).push(static_cast<std::uint8_t>(total.kind));
    for (const auto& [column, value] :
         {std::pair{std::size_t{5}, total.volume}, {std::size_t{6}, total.trades}}) {
      if (value) {
        out.column(column).push(*value);
      } else {
        out.column(column).push_missing();
      }
    }
    std::optional<double> share;
    if (whole && *whole > 0 && total.volume && *total.volume <= *whole) {
      share = static_cast<double>(*total.volume) / static_cast<double>(*whole);
    }
    push(out.column(7), share);
    if (total.kind == VenueKind::DeMinimis || !total.volume) {
      out.column(8).push_missing();
    } else {
      out.column(8).push(++rank);
    }
  }
}

columns::Batch mix_by_kind(const columns::Batch& venues) {
  using columns::Column;
  using columns::Type;
  columns::Batch out{{Column{"symbol", Type::Symbol}, Column{"week_start_date", Type::Day},
                      Column{"ats", Type::Double}, Column{"wholesaler", Type::Double},
                      Column{"other", Type::Double}}};
  const auto& symbols = venues.find("symbol")->values<market::Symbol>();
  const auto& weeks = venues.find("week_start_date")->values<std::int32_t>();
  const auto& kinds = venues.find("kind")->values<std::uint8_t>();
  const columns::Column& share = *venues.find("share");
  for (std::size_t begin = 0; begin < venues.num_rows();) {
    std::optional<double> ats;
    std::optional<double> wholesaler;
    std::optional<double> other;
    std::size_t row = begin;
    for (; row < venues.num_rows() && symbols[row] == symbols[begin] && weeks[row] == weeks[begin];
         ++row) {
      const auto kind = static_cast<VenueKind>(kinds[row]);
      const bool first = kind == VenueKind::Ats;
      add_share(first ? ats : kind == VenueKind::Wholesaler ? wholesaler : other, share, row);
    }
    // Where some firms are told apart, a kind that none of them is of has nothing.
    const bool firms = wholesaler || other;
    out.column(0).push(symbols[begin]);
    out.column(1).push(weeks[begin]);
    push(out.column(2), ats);
    push(out.column(3), firms ? std::optional{wholesaler.value_or(0.0)} : std::nullopt);
    push(out.column(4), firms ? std::optional{other.value_or(0.0)} : std::nullopt);
    begin = row;
  }
  return out;
}

}  // namespace offex::studies
