#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/batch.hpp"
#include "offex/render/table_view.hpp"
#include "offex/studies/catalogue.hpp"

namespace offex::views {

// How a column is shown: a share in percent, a number, a number whose sign has a colour.
[[nodiscard]] render::ColumnFormat percent(std::string_view column, int drop_priority);
[[nodiscard]] render::ColumnFormat number(std::string_view column, int decimals, int drop_priority);
[[nodiscard]] render::ColumnFormat signed_number(std::string_view column, int decimals,
                                                 int drop_priority);

/// Returns how the columns of the daily and weekly metrics are shown to people, with their
/// sections: "Short sale", "OTC / ATS", "Lit", "Price", "Score", "Provenance".
[[nodiscard]] std::vector<render::ColumnFormat> metric_formats();

/// Returns the section of a column of the metrics; empty for days, names and what is not known.
[[nodiscard]] std::string_view section_of(std::string_view column);

/// Puts columns of one section beside each other; within a section they keep their order.
[[nodiscard]] columns::Batch by_section(columns::Batch batch);

/// Returns what a table holds, for its footer: "40 rows of 2 symbols, 2026-03-20 to 2026-04-17".
[[nodiscard]] std::string coverage_of(const columns::Batch& shown);

/// Returns what the catalogue says of the columns shown: formula and denominator. The first of
/// `tables` that has a column tells; keys are left out.
[[nodiscard]] std::vector<render::Definition> definitions_of(
    const columns::Batch& shown, std::span<const studies::TableSpec* const> tables);

}  // namespace offex::views
