#include "offex/studies/features.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "offex/kernels/elementwise.hpp"
#include "offex/studies/load.hpp"

namespace offex::studies {
namespace {

/// Files whose rows are in force on the day, in order of facility.
struct Provenance {
  bool any{false};
  std::string files;
  std::string digests;
};

Result<Provenance> provenance_of(const store::Reader& reader, const FeatureRequest& request) {
  std::vector<store::Parameter> parameters{request.day};
  if (request.as_of) {
    parameters.emplace_back(*request.as_of);
  }
  const std::string moment = request.as_of ? "$2" : "TIMESTAMP 'infinity'";
  OFFEX_ASSIGN(store::QueryRows query,
               reader.query("SELECT i.name, i.sha256 FROM consolidated_revision_used(" + moment +
                                ") r JOIN ingest_file i USING (file_id) WHERE r.key_date = $1 "
                                "ORDER BY r.facility",
                            parameters));
  OFFEX_ASSIGN(const columns::Batch rows, query.all());
  Provenance out;
  out.any = rows.num_rows() > 0;
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    const char* const comma = row == 0 ? "" : ",";
    out.files += comma + columns::cell_text(rows.column(0), row);
    out.digests += comma + columns::cell_text(rows.column(1), row);
  }
  return out;
}

void push_share(columns::Column& column, double value) {
  if (std::isnan(value)) {
    column.push_missing();
  } else {
    column.push(value);
  }
}

struct Shares {
  explicit Shares(const V2Inputs& in)
      : short_share(in.presence.num_symbols()), exempt_share(in.presence.num_symbols()) {
    kernels::share(in.short_volume.row(0), in.total_volume.row(0), short_share);
    kernels::share(in.short_exempt_volume.row(0), in.total_volume.row(0), exempt_share);
  }
  std::vector<double> short_share;
  std::vector<double> exempt_share;
};

void push_row(const market::Symbol& symbol, market::Day day, const Provenance& provenance,
              std::optional<std::size_t> cell, const V2Inputs& in, const Shares& shares,
              columns::Batch& out) {
  out.column(0).push(symbol);
  out.column(1).push(day.days());
  push_share(out.column(2), cell ? shares.short_share[*cell] : columns::Panel::kMissing);
  push_share(out.column(3), cell ? shares.exempt_share[*cell] : columns::Panel::kMissing);
  out.column(4).push(std::uint8_t{0});
  if (cell && !std::isnan(in.presence.at(0, *cell))) {
    out.column(5).push(static_cast<std::uint8_t>(in.cnms[0] != 0 ? 0 : 1));
  } else {
    out.column(5).push_missing();
  }
  if (provenance.any) {
    out.column(6).push(provenance.files);
    out.column(7).push(provenance.digests);
  } else {
    out.column(6).push_missing();
    out.column(7).push_missing();
  }
}

}  // namespace

Result<columns::Batch> features(const store::Reader& reader, const FeatureRequest& request) {
  OFFEX_ASSIGN(Axis axis, store_axis(reader, request.symbols));
  axis.days = {request.day};
  OFFEX_ASSIGN(const Provenance provenance, provenance_of(reader, request));
  V2Inputs inputs{1, axis.symbols.size()};
  OFFEX_TRY(load_short(reader, axis, request.as_of, inputs));
  const Shares shares{inputs};
  std::vector<market::Symbol> symbols = request.symbols;
  if (symbols.empty()) {
    for (std::size_t cell = 0; cell < axis.symbols.size(); ++cell) {
      if (!std::isnan(inputs.presence.at(0, cell))) {
        symbols.push_back(axis.symbols[cell]);
      }
    }
  }
  std::ranges::sort(symbols);
  symbols.erase(std::ranges::unique(symbols).begin(), symbols.end());
  columns::Batch out =
      RowWriter::header(*find_table("daily_features", kFeatureVersion), SymbolColumn::Name);
  for (const market::Symbol& symbol : symbols) {
    const auto at = std::ranges::lower_bound(axis.symbols, symbol);
    std::optional<std::size_t> cell;
    if (at != axis.symbols.end() && *at == symbol) {
      cell = static_cast<std::size_t>(at - axis.symbols.begin());
    }
    push_row(symbol, request.day, provenance, cell, inputs, shares, out);
  }
  return out;
}

}  // namespace offex::studies
