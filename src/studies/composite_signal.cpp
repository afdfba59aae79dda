#include "offex/studies/composite_signal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "offex/kernels/fingerprint.hpp"
#include "offex/studies/table_rows.hpp"

namespace offex::studies {
namespace {

constexpr std::int32_t kFewestSessions = 5;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// One part of the composite: its score and how well it is known.
struct Part {
  double z{kNan};
  double error{kNan};
};

/// \param bound scores beyond it count as the bound, and so do their errors
Part part_of(double z, double neff, double nu, double bound) {
  return {z, std::isnan(z) ? kNan : kernels::score_error(std::clamp(z, -bound, bound), neff, nu)};
}

/// Positions of what the table says of one part.
struct PartColumns {
  PartColumns(const TableRows& rows, const std::string& name)
      : z{rows.at(name + "_z")},
        error{rows.at(name + "_error")},
        contribution{rows.at(name + "_contribution")},
        direction{rows.at(name + "_direction")} {}

  std::size_t z, error, contribution, direction;
};

/// The table of cs/2.0.0.
class CompositeTable final : public SessionTable {
 public:
  CompositeTable(const CompositeFormula& formula, SymbolColumn symbol_column,
                 std::vector<market::Symbol> only)
      : formula_{formula},
        version_{composite_version(formula_)},
        only_{std::move(only)},
        rows_{*find_table("composite_signal", "cs/2.0.0"), symbol_column},
        parts_{PartColumns{rows_, "short"}, PartColumns{rows_, "lit"}, PartColumns{rows_, "price"}},
        score_{rows_.at("score")},
        score_low_{rows_.at("score_low")},
        score_high_{rows_.at("score_high")},
        z_{rows_.at("z")},
        standard_error_{rows_.at("standard_error")},
        coverage_{rows_.at("coverage")},
        label_{rows_.at("label")},
        version_column_{rows_.at("inference_version")},
        short_part_{rows_.at("short_part")},
        history_{rows_.at("history")},
        grade_{rows_.at("grade")},
        status_{rows_.at("session_status")},
        break_{rows_.at("baseline_break")} {
    std::ranges::sort(only_);
  }

  [[nodiscard]] const TableSpec& spec() const override { return rows_.spec(); }
  [[nodiscard]] std::string version() const override { return version_; }
  /// A row depends on its own session only; the walk carries what came before.
  [[nodiscard]] Result<void> prepare(const store::Reader& /*reader*/,
                                     market::Day /*first*/) override {
    return {};
  }
  [[nodiscard]] Result<void> add(const ScanSession& session, const SecurityFacts& /*facts*/,
                                 const Ranking& /*ranking*/) override;
  [[nodiscard]] columns::Batch take() override { return rows_.take(); }

 private:
  [[nodiscard]] std::array<Part, 3> parts_of(const ScanSession& session, std::size_t row) const;
  void write(const std::array<Part, 3>& parts, const kernels::CompositeScore& score);

  CompositeFormula formula_;
  std::string version_;
  std::vector<market::Symbol> only_;  // sorted
  TableRows rows_;
  std::array<PartColumns, 3> parts_;
  std::size_t score_, score_low_, score_high_, z_, standard_error_, coverage_, label_;
  std::size_t version_column_, short_part_, history_, grade_, status_, break_;
};

std::array<Part, 3> CompositeTable::parts_of(const ScanSession& session, std::size_t row) const {
  const kernels::SurpriseScores& scores = *session.scores;
  const std::size_t at = scores.symbol[row];
  const double bound = formula_.composite.z_max;
  const double z = formula_.short_part == ShortPart::Day ? scores.z_r[row] : scores.z_p[row];
  std::array<Part, 3> out;
  out[0] = part_of(z, scores.neff[row], formula_.surprise.d0r + scores.d[row], bound);
  const auto of_series = [&](std::span<const kernels::SeriesScore> series) {
    return series.empty() ? Part{} : part_of(series[at].z, series[at].neff, series[at].nu, bound);
  };
  out[1] = of_series(session.lit);
  out[2] = of_series(session.price);
  return out;
}

void CompositeTable::write(const std::array<Part, 3>& parts, const kernels::CompositeScore& score) {
  rows_.set(score_, score.score);
  rows_.set(score_low_, score.low);
  rows_.set(score_high_, score.high);
  rows_.set(z_, score.z);
  rows_.set(standard_error_, score.standard_error);
  rows_.set(coverage_, score.coverage);
  rows_.set(label_, static_cast<double>(score.label));
  for (std::size_t part = 0; part < parts.size(); ++part) {
    rows_.set(parts_[part].z, parts[part].z);
    rows_.set(parts_[part].error, parts[part].error);
    rows_.set(parts_[part].contribution, score.contribution[part]);
    rows_.set(parts_[part].direction, formula_.composite.direction[part]);
  }
}

Result<void> CompositeTable::add(const ScanSession& session, const SecurityFacts& /*facts*/,
                                 const Ranking& /*ranking*/) {
  const kernels::SurpriseScores& scores = *session.scores;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::size_t at = scores.symbol[row];
    const bool wanted =
        only_.empty() || std::ranges::binary_search(only_, session.axis->symbols[at]);
    if (scores.count[row] < kFewestSessions || !wanted) {
      continue;
    }
    const std::array<Part, 3> parts = parts_of(session, row);
    const kernels::CompositeScore score = kernels::composite_score(
        {parts[0].z, parts[1].z, parts[2].z}, {parts[0].error, parts[1].error, parts[2].error},
        formula_.composite);
    rows_.set_day("trade_date", session.day);
    rows_.set_security(*session.axis, at);
    rows_.set_text(version_column_, version_);
    write(parts, score);
    rows_.set(short_part_, static_cast<double>(formula_.short_part));
    rows_.set(history_, scores.count[row]);
    rows_.set(grade_, grade_of(scores.count[row]));
    rows_.set(status_, static_cast<double>(session.status));
    rows_.set(break_, session.after_break ? 1.0 : 0.0);
    rows_.end_row();
  }
  return {};
}

}  // namespace

std::string_view to_string(ShortPart part) { return part == ShortPart::Day ? "z_r" : "z_p"; }

std::optional<ShortPart> parse_short_part(std::string_view text) {
  for (const ShortPart part : {ShortPart::Day, ShortPart::Persistence}) {
    if (text == to_string(part)) {
      return part;
    }
  }
  return std::nullopt;
}

std::string composite_version(const CompositeFormula& formula) {
  std::vector<kernels::Parameter> parameters = kernels::named(formula.surprise);
  for (kernels::Parameter& parameter : kernels::named(formula.composite)) {
    parameters.push_back(std::move(parameter));
  }
  if (formula.short_part == ShortPart::Persistence) {
    parameters.push_back({"short_part", {1.0}});
  }
  return "cs/2.0.0+rv/1.0.0+" + kernels::fingerprint(parameters);
}

std::unique_ptr<SessionTable> composite_table(const CompositeFormula& formula,
                                              SymbolColumn symbol_column,
                                              std::vector<market::Symbol> only) {
  return std::make_unique<CompositeTable>(formula, symbol_column, std::move(only));
}

}  // namespace offex::studies
