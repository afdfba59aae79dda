#include <algorithm>
#include <cstdint>
#include <map>

#include <fmt/format.h>

#include "studies/weekly_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::size_t kListed = 5;
constexpr std::string_view kDeMinimis = "DE MINIMIS";

bool names_the_bucket(std::string_view name) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return !std::ranges::search(name, kDeMinimis, {}, upper).empty();
}

std::string label_of(const store::Venue& venue) {
  if (!venue.mpid.empty()) {
    return venue.mpid;
  }
  if (venue.name.empty() && venue.crd) {
    return fmt::format("CRD {}", *venue.crd);
  }
  return venue.name;
}

/// What the rows of one venue add up to.
struct Total {
  std::string_view label;
  std::int64_t shares{0};
  std::size_t rows{0};
  bool de_minimis{false};
};

std::string listed(std::span<const Total> named, double all) {
  std::string out;
  for (const Total& venue : named.first(std::min(kListed, named.size()))) {
    out += fmt::format("{}{} {:.1f}%", out.empty() ? "" : ", ", venue.label,
                       100.0 * static_cast<double>(venue.shares) / all);
  }
  return out;
}

}  // namespace

VenueNames::VenueNames(std::span<const store::Venue> venues) {
  std::map<std::string, std::size_t> identities;
  for (const store::Venue& venue : venues) {
    std::string key = "name " + venue.name;
    if (!venue.mpid.empty()) {
      key = "mpid " + venue.mpid;
    } else if (venue.crd) {
      key = fmt::format("crd {}", *venue.crd);
    }
    const std::size_t identity = identities.try_emplace(key, identities.size()).first->second;
    const bool bucket = venue.mpid.empty() && (venue.crd ? *venue.crd == 0  // FINRA's mark
                                                         : names_the_bucket(venue.name));
    names_.push_back({label_of(venue), identity, bucket});
  }
}

VenueSummary VenueNames::summarize(std::span<const WeeklyRow* const> rows) const {
  VenueSummary out;
  std::map<std::size_t, Total> by_identity;
  std::int64_t all = 0;
  bool complete = !rows.empty();
  for (const WeeklyRow* row : rows) {
    if (!row->venue || !row->shares) {
      complete = false;
      continue;
    }
    const Name& name = names_[static_cast<std::size_t>(*row->venue)];
    Total& total = by_identity[name.identity];
    // The smallest of its names, so that the order of rows does not show.
    total.label = total.rows == 0 ? std::string_view{name.label}
                                  : std::min(total.label, std::string_view{name.label});
    total.shares += *row->shares;
    total.de_minimis = name.de_minimis;
    out.twice = out.twice || ++total.rows > 1;
    all += *row->shares;
  }
  if (!complete || all <= 0) {
    return out;
  }
  std::vector<Total> named;
  const auto whole = static_cast<double>(all);
  std::int64_t bucket = 0;
  for (const auto& [identity, total] : by_identity) {
    if (total.de_minimis) {
      bucket += total.shares;
    } else {
      named.push_back(total);
    }
  }
  std::ranges::sort(named, [](const Total& a, const Total& b) {
    return a.shares != b.shares ? a.shares > b.shares : a.label < b.label;
  });
  out.de_minimis = static_cast<double>(bucket) / whole;
  out.count = static_cast<double>(named.size());
  out.concentration = 0.0;
  for (const Total& venue : named) {
    const double share = static_cast<double>(venue.shares) / whole;
    out.concentration += share * share;
  }
  if (!named.empty()) {
    out.top_share = static_cast<double>(named.front().shares) / whole;
  }
  out.top = listed(named, whole);
  return out;
}

}  // namespace offex::studies
