#include <map>
#include <string>
#include <string_view>

#include "store/patch_match_internal.hpp"

namespace offex::store {

namespace {

using columns::Batch;
using columns::Column;
using Names = std::vector<std::string_view>;

/// Columns of the identity that the batch lacks.
Names absent_columns(const FactLayout& layout, const Batch& batch) {
  Names out;
  for (const std::string_view name : layout.identity) {
    if (batch.find(name) == nullptr) {
      out.push_back(name);
    }
  }
  return out;
}

/// Matches old rows that lack parts of their identity.
class LooseMatcher {
 public:
  LooseMatcher(const PlannedRevision& planned, const Dictionaries& names, const Batch& old,
               Names absent)
      : planned_{&planned}, names_{&names}, old_{&old}, absent_{std::move(absent)} {}

  /// Notes the rows of the patch that the old row may stand for and that have no old row yet.
  void match(std::uint32_t row, std::int32_t code, PatchMatch& out) {
    Names ignored = absent_;
    for (const std::string_view name : layout().identity) {
      const Column* column = old_->find(name);
      // The name of a venue counts only where it has no other mark.
      if (name != kVenueName.name && !column->valid(row)) {
        ignored.push_back(name);
      }
    }
    if (ignored.size() == absent_.size()) {
      return;
    }
    const IdentityReader identity{layout(), *old_, ignored};
    const Rows& rows = rows_without(ignored);
    const auto [begin, end] = rows.equal_range(identity.bytes(code, row));
    for (auto found = begin; found != end; ++found) {
      if (out.old.try_emplace(found->second, row).second) {
        out.replaced[row] = true;
      }
    }
  }

 private:
  using Rows = std::unordered_multimap<std::string, std::uint32_t>;

  [[nodiscard]] const FactLayout& layout() const { return layout_of(planned_->rows.key.dataset); }

  const Rows& rows_without(const Names& ignored) {
    const auto [place, fresh] = rows_.try_emplace(ignored);
    if (fresh) {
      const IdentityReader identity{layout(), *planned_->rows.batch, ignored};
      for (std::size_t i = 0; i < planned_->rows.rows.size(); ++i) {
        const std::uint32_t row = planned_->rows.rows[i];
        const std::int32_t code = names_->symbols.symbol_code(planned_->raw_codes[i]);
        place->second.emplace(identity.bytes(code, row), row);
      }
    }
    return place->second;
  }

  const PlannedRevision* planned_;
  const Dictionaries* names_;
  const Batch* old_;
  Names absent_;
  std::map<Names, Rows> rows_;
};

std::unexpected<base::Error> ambiguous(const PlannedRevision& planned, const Names& absent,
                                       std::uint32_t row) {
  std::string columns;
  for (const std::string_view name : absent) {
    columns += (columns.empty() ? "" : ", ") + std::string{name};
  }
  return fail(base::ErrorCode::Integrity,
              planned.rows.key.text() + ": several stored rows of symbol " +
                  columns::cell_text(*planned.rows.batch->find("symbol"), row) +
                  " differ by what this file lacks (" + columns + ')');
}

}  // namespace

Result<PatchMatch> match_patch(const PlannedRevision& planned, const Dictionaries& names,
                               const Batch& old, const std::vector<std::int32_t>& codes,
                               SeenRows& named) {
  const FactLayout& layout = layout_of(planned.rows.key.dataset);
  const Names absent = absent_columns(layout, *planned.rows.batch);
  const IdentityReader identity{layout, *planned.rows.batch, absent};
  named.next_key();
  for (std::size_t i = 0; i < planned.rows.rows.size(); ++i) {
    named.add(identity, names.symbols.symbol_code(planned.raw_codes[i]), planned.rows.rows[i]);
  }
  PatchMatch out;
  out.replaced.resize(old.num_rows());
  const IdentityReader old_identity{layout, old, absent};
  for (std::uint32_t row = 0; row < old.num_rows(); ++row) {
    if (const auto found = named.find(old_identity, codes[row], row)) {
      if (!out.old.try_emplace(*found, row).second) {
        return ambiguous(planned, absent, *found);
      }
      out.replaced[row] = true;
    }
  }
  LooseMatcher loose{planned, names, old, absent};
  for (std::uint32_t row = 0; row < old.num_rows() && !layout.identity.empty(); ++row) {
    if (!out.replaced[row]) {
      loose.match(row, codes[row], out);
    }
  }
  return out;
}

}  // namespace offex::store
