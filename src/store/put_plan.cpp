#include <map>
#include <utility>

#include "store/put_plan_internal.hpp"

namespace offex::store {

namespace {

using columns::Batch;
using columns::Column;

/// "symbol AAPL (UBSA, CTS)", or what there is of it.
std::string row_name(const std::optional<market::Symbol>& symbol, const std::string& detail) {
  if (!symbol) {
    return detail;
  }
  return "symbol " + symbol->str() + (detail.empty() ? "" : " (" + detail + ")");
}

std::unexpected<base::Error> twice(const PlannedRevision& planned, const IdentityReader& identity,
                                   std::uint32_t first, std::uint32_t second) {
  const FactKey& key = planned.rows.key;
  const Column* symbols = planned.rows.batch->find("symbol");
  std::optional<market::Symbol> symbol;
  if (layout_of(key.dataset).symbols != SymbolUse::None && symbols != nullptr) {
    const auto& values = symbols->values<market::Symbol>();
    symbol = values[second];
    if (values[first] != values[second]) {
      return fail(base::ErrorCode::Integrity,
                  key.text() + ": " + values[first].str() + " and " + values[second].str() +
                      " are both " +
                      market::to_canonical(*symbol, market::symbol_style(key.dataset)).str());
    }
  }
  return fail(base::ErrorCode::Integrity,
              key.text() + ": " + row_name(symbol, identity.text(second)) + " appears twice");
}

/// Reads the venue of a row.
class VenueReader {
 public:
  explicit VenueReader(const Batch& batch)
      : mpid_{batch.find(kVenueMpid.name)},
        crd_{batch.find(kVenueCrd.name)},
        name_{batch.find(kVenueName.name)} {}

  [[nodiscard]] VenueEntry operator()(std::uint32_t row) const {
    VenueEntry out;
    if (mpid_ != nullptr && mpid_->valid(row)) {
      out.mpid = mpid_->values<std::string>()[row];
    }
    if (crd_ != nullptr && crd_->valid(row)) {
      out.crd = crd_->values<std::int64_t>()[row];
    }
    if (name_ != nullptr && name_->valid(row)) {
      out.name = name_->values<std::string>()[row];
    }
    return out;
  }

 private:
  const Column* mpid_;
  const Column* crd_;
  const Column* name_;
};

/// Plans the keys of one part; a patch is merged into what is in force.
Result<std::vector<PlannedRevision>> plan_part(const FactRows& part, const PutPlan& before,
                                               const RevisionBook& book, Dictionaries& names,
                                               SeenRows& seen,
                                               const engine::Connection& connection) {
  OFFEX_ASSIGN(std::vector<KeyedRows> keys, split_by_key(part));
  std::vector<PlannedRevision> out;
  for (KeyedRows& keyed : keys) {
    PlannedRevision& planned = out.emplace_back();
    planned.rows = std::move(keyed);
    planned.brought = planned.rows.rows.size();
    if (const RevisionBook::Current* current = book.find(planned.rows.key)) {
      planned.replaces = *current;
    }
    OFFEX_TRY(intern_codes(planned, names, &seen));
  }
  if (market::is_patch(part.dataset)) {
    EarlierParts earlier;
    for (const PlannedRevision& revision : before.revisions) {
      earlier.emplace(revision.rows.key, &revision);
    }
    OFFEX_TRY(merge_patches(out, earlier, names, seen, connection));
  }
  for (PlannedRevision& planned : out) {
    const bool given = part.digest.has_value() && layout_of(part.dataset).key->one_key();
    planned.digest = given ? part.digest->hex() : digest_of(planned.rows).hex();
  }
  return out;
}

/// Adds what one part of the file says to the plan. A key that an earlier part had comes again with
/// the same rows; a patch comes with the rows of both.
class PlanBuilder {
 public:
  explicit PlanBuilder(PutPlan& plan) : plan_{&plan} {}

  Result<void> add(PlannedRevision revision) {
    const FactKey key = revision.rows.key;
    const auto [place, fresh] = digests_.try_emplace(key, revision.digest);
    const bool repeated = !fresh && place->second == revision.digest;
    if (!fresh && !repeated && !market::is_patch(key.dataset)) {
      return fail(base::ErrorCode::Integrity,
                  "two parts of the file hold different rows of " + key.text());
    }
    place->second = revision.digest;
    if (repeated) {
      ++plan_->unchanged;
    } else if (const auto earlier = places_.find(key); earlier != places_.end()) {
      plan_->revisions[earlier->second] = std::move(revision);
    } else if (revision.replaces && revision.replaces->row_digest == revision.digest) {
      ++plan_->unchanged;
      plan_->in_force.push_back(revision.replaces->revision_id);
    } else {
      if (revision.replaces) {  // by an earlier part it was unchanged
        std::erase(plan_->in_force, revision.replaces->revision_id);
      }
      places_.emplace(key, plan_->revisions.size());
      plan_->revisions.push_back(std::move(revision));
    }
    return {};
  }

 private:
  PutPlan* plan_;
  std::map<FactKey, std::string> digests_;
  std::map<FactKey, std::size_t> places_;
};

}  // namespace

Result<void> intern_codes(PlannedRevision& planned, Dictionaries& names, SeenRows* seen) {
  const FactLayout& layout = layout_of(planned.rows.key.dataset);
  const Batch& batch = *planned.rows.batch;
  const bool coded = layout.symbols == SymbolUse::Coded;
  const Column* symbols = coded ? batch.find("symbol") : nullptr;
  const market::SymbolStyle style = market::symbol_style(layout.dataset);
  const IdentityReader identity{layout, batch};
  const VenueReader venue_of{batch};
  planned.raw_codes.clear();
  planned.venue_codes.clear();
  planned.raw_codes.reserve(coded ? planned.rows.rows.size() : 0);
  if (seen != nullptr) {
    seen->next_key();
  }
  std::int32_t raw_code = -1;
  std::int32_t code = -1;
  for (const std::uint32_t row : planned.rows.rows) {
    if (coded) {
      raw_code = names.symbols.intern(symbols->values<market::Symbol>()[row], style, raw_code);
      code = names.symbols.symbol_code(raw_code);
      planned.raw_codes.push_back(raw_code);
    }
    const auto before = seen == nullptr ? std::nullopt : seen->add(identity, code, row);
    if (before) {
      return twice(planned, identity, *before, row);
    }
    if (layout.venues) {
      const VenueEntry venue = venue_of(row);
      planned.venue_codes.push_back(venue.empty() ? -1 : names.venues.intern(venue));
    }
  }
  return {};
}

Result<PutPlan> plan_put(std::span<const FactRows> parts, const RevisionBook& book,
                         Dictionaries& names, const engine::Connection& connection) {
  PutPlan plan;
  SeenRows seen;
  PlanBuilder builder{plan};
  for (const FactRows& part : parts) {
    OFFEX_ASSIGN(std::vector<PlannedRevision> planned,
                 plan_part(part, plan, book, names, seen, connection));
    const std::string name{market::to_string(part.dataset)};
    if (plan.dataset.find(name) == std::string::npos) {
      plan.dataset += (plan.dataset.empty() ? "" : "+") + name;
    }
    plan.rows += part.rows->num_rows();
    for (PlannedRevision& revision : planned) {
      OFFEX_TRY(builder.add(std::move(revision)));
    }
  }
  return plan;
}

}  // namespace offex::store
