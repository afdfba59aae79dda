#include "offex/studies/macro.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/base/check.hpp"

#include "studies/macro_internal.hpp"

namespace offex::studies {
namespace {

bool has_own_group(const MacroRequest& request) {
  return !request.list.empty() || request.filter.has_value();
}

/// Kinds of the rows to return, when names alone do not tell.
std::vector<MacroKind> wanted_kinds(const MacroRequest& request) {
  std::vector<MacroKind> out = request.kinds;
  if (has_own_group(request)) {
    out.push_back(MacroKind::List);
  } else if (out.empty() && request.names.empty()) {
    out.push_back(MacroKind::Market);
  }
  return out;
}

base::Error no_such_group(const std::string& wanted, const std::set<std::string>& known) {
  std::string all;
  for (const std::string& name : known) {
    all += (all.empty() ? "" : ", ") + name;
  }
  return {base::ErrorCode::NotFound,
          fmt::format("no tier, sector or index `{}` on these days{}{}", wanted,
                      all.empty() ? "" : "; there are: ", all),
          {}};
}

/// Keeps the rows that were asked for.
Result<columns::Batch> choose_rows(const MacroRequest& request, const columns::Batch& all) {
  const std::vector<MacroKind> kinds = wanted_kinds(request);
  const columns::Column& kind = *all.find("group_kind");
  const columns::Column& name = *all.find("group_name");
  const auto is_named = [&](std::size_t row) {
    const bool nameable =
        kind.values<std::uint8_t>()[row] != static_cast<std::uint8_t>(MacroKind::List);
    return nameable &&
           std::ranges::find(request.names, name.values<std::string>()[row]) != request.names.end();
  };
  std::set<std::string> known;
  columns::Batch out = all;
  out.clear();
  for (std::size_t row = 0; row < all.num_rows(); ++row) {
    known.insert(name.values<std::string>()[row]);
    const auto of_row = static_cast<MacroKind>(kind.values<std::uint8_t>()[row]);
    if (std::ranges::find(kinds, of_row) == kinds.end() && !is_named(row)) {
      continue;
    }
    for (std::size_t index = 0; index < all.num_columns(); ++index) {
      out.column(index).push_from(all.column(index), row);
    }
  }
  for (const std::string& wanted : request.names) {
    if (!known.contains(wanted)) {
      return std::unexpected{no_such_group(wanted, known)};
    }
  }
  return out;
}

/// Whether the stored table knows all that the store does.
Result<bool> is_stored(const store::Reader& reader, const MacroRequest& request,
                       const std::string& version) {
  if (!request.stored || request.as_of || has_own_group(request) ||
      request.proxies != default_proxies()) {
    return false;
  }
  OFFEX_ASSIGN(const auto builds, reader.builds(macro_spec().sql_name));
  OFFEX_ASSIGN(const std::int64_t newest, reader.last_revision());
  return std::ranges::any_of(builds, [&](const store::BuildState& state) {
    return state.variant == version && state.last_revision == newest;
  });
}

/// Computes rows while the scanner walks.
class MacroWalk {
 public:
  MacroWalk(const store::Reader& reader, const MacroRequest& request)
      : reader_{reader},
        request_{request},
        version_{kernels::surprise_version(request.parameters)},
        standard_{!request.kinds.empty() || !request.names.empty() || !has_own_group(request)},
        rows_{macro_spec(), SymbolColumn::Name} {}

  [[nodiscard]] Result<columns::Batch> run() {
    OFFEX_ASSIGN(const std::vector<market::Day> days, scan_days(reader_, request_.as_of));
    if (days.empty()) {
      return rows_.take();
    }
    OFFEX_ASSIGN(constituents_, reader_.constituents(request_.as_of));
    // The filters remember all sessions, whichever of them are shown.
    const market::Day last =
        request_.days ? std::min(request_.days->last, days.back()) : days.back();
    if (last >= days.front()) {
      OFFEX_TRY(scan_sessions(reader_,
                              {.days = market::DayRange{days.front(), last},
                               .as_of = request_.as_of,
                               .parameters = request_.parameters,
                               .threads = request_.threads},
                              [this](const ScanSession& session) { return visit(session); }));
    }
    return rows_.take();
  }

 private:
  [[nodiscard]] Result<void> begin(const ScanSession& session) {
    OFFEX_ASSIGN(reference_, SecurityReference::load(reader_, *session.axis, request_.as_of));
    settle_members(constituents_, *session.axis);
    indexes_ = index_definitions(constituents_, request_.proxies, *session.axis, ProxyRule::Always);
    for (const market::Symbol& symbol : request_.list) {
      if (const auto position = position_of(*session.axis, symbol)) {
        positions_.push_back(*position);
      }
    }
    std::ranges::sort(positions_);
    begun_ = true;
    return {};
  }

  [[nodiscard]] Result<void> visit(const ScanSession& session) {
    if (!begun_) {
      OFFEX_TRY(begin(session));
    }
    const SecurityFacts& facts = reference_.at(session.day);
    const ScanFilter filter = request_.filter.value_or(ScanFilter{});
    const Ranking own =
        rank_session(session, facts, filter, RankBy::Omnibus, request_.parameters.q);
    std::vector<MacroGroup> groups;
    Ranking usual;
    if (standard_) {
      const bool same = !request_.filter || request_.filter->is_default();
      if (!same) {
        usual = rank_session(session, facts, {}, RankBy::Omnibus, request_.parameters.q);
      }
      groups = standard_groups(session, facts, same ? own : usual, indexes_);
    }
    if (request_.filter) {
      groups.push_back(list_group(request_.list_name, session, own, {}));
    } else if (!request_.list.empty()) {
      groups.push_back(list_group(request_.list_name, session, own, positions_));
    }
    for (const MacroRow& row : engine_.add(session, groups)) {
      if (!request_.days || request_.days->contains(session.day)) {
        write_macro_row(session, version_, row, rows_);
      }
    }
    return {};
  }

  const store::Reader& reader_;
  const MacroRequest& request_;
  std::string version_;
  bool standard_;
  TableRows rows_;
  bool begun_{false};
  SecurityReference reference_{};
  std::vector<store::Constituent> constituents_;
  std::vector<IndexDefinition> indexes_;
  std::vector<std::size_t> positions_;
  MacroEngine engine_;
};

}  // namespace

Result<columns::Batch> macro(const store::Reader& reader, const MacroRequest& request) {
  OFFEX_CHECK(request.list.empty() || !request.filter);
  const std::string version = kernels::surprise_version(request.parameters);
  OFFEX_ASSIGN(const bool stored, is_stored(reader, request, version));
  if (stored) {
    OFFEX_ASSIGN(const columns::Batch all, stored_macro(reader, version, request.days));
    return choose_rows(request, all);
  }
  MacroWalk walk{reader, request};
  OFFEX_ASSIGN(const columns::Batch all, walk.run());
  return choose_rows(request, all);
}

}  // namespace offex::studies
