#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "studies/macro_internal.hpp"

namespace offex::studies {
namespace {

class MacroTable final : public SessionTable {
 public:
  MacroTable(const kernels::SurpriseParameters& parameters, ProxyMap proxies)
      : version_{kernels::surprise_version(parameters)},
        proxies_{std::move(proxies)},
        rows_{macro_spec(), SymbolColumn::Code} {}

  [[nodiscard]] const TableSpec& spec() const override { return macro_spec(); }
  [[nodiscard]] std::string version() const override { return version_; }

  [[nodiscard]] Result<void> prepare(const store::Reader& reader, market::Day first) override {
    first_ = first;
    engine_ = {};
    indexes_.reset();
    OFFEX_ASSIGN(constituents_, reader.constituents());
    return replay_macro(reader, version_, first, engine_);
  }

  [[nodiscard]] Result<void> add(const ScanSession& session, const SecurityFacts& facts,
                                 const Ranking& ranking) override {
    if (!indexes_) {
      settle_members(constituents_, *session.axis);
      indexes_ = index_definitions(constituents_, proxies_, *session.axis, ProxyRule::Always);
    }
    const std::vector<MacroGroup> groups = standard_groups(session, facts, ranking, *indexes_);
    if (session.day < first_) {
      engine_.warm(session, groups);
      return {};
    }
    for (const MacroRow& row : engine_.add(session, groups)) {
      write_macro_row(session, version_, row, rows_);
    }
    return {};
  }

  [[nodiscard]] columns::Batch take() override { return rows_.take(); }

 private:
  std::string version_;
  ProxyMap proxies_;
  market::Day first_;
  MacroEngine engine_;
  std::vector<store::Constituent> constituents_;
  std::optional<std::vector<IndexDefinition>> indexes_;
  TableRows rows_;
};

}  // namespace

std::unique_ptr<SessionTable> macro_table(const kernels::SurpriseParameters& parameters,
                                          ProxyMap proxies) {
  return std::make_unique<MacroTable>(parameters, std::move(proxies));
}

}  // namespace offex::studies
