#include <array>

#include <fmt/format.h>

#include "offex/columns/batch.hpp"

#include "cli/provenance_internal.hpp"

namespace offex::cli {
namespace {

std::string as_of_text(const Invocation& invocation) {
  const market::Instant instant = invocation.settings.as_of.value_or(
      market::Instant::from_nanos(invocation.clock->now_nanos()));
  // People need no fraction of a second here.
  constexpr std::int64_t kSecond = 1'000'000'000;
  return market::Instant::from_nanos(instant.nanos() - instant.nanos() % kSecond).iso();
}

// "9 weeks"
std::string count_text(const std::string& dataset, const std::string& count) {
  const bool weekly =
      dataset.starts_with("weekly_") || dataset == "otc_weekly_table" || dataset == "ats_summary";
  return fmt::format("{} {}{}", count, weekly ? "week" : "day", count == "1" ? "" : "s");
}

}  // namespace

Result<render::Footer> store_footer(const Invocation& invocation, const store::Reader& reader) {
  const std::array<store::Parameter, 1> as_of{invocation.settings.as_of.value_or(
      market::Instant::from_nanos(invocation.clock->now_nanos()))};
  OFFEX_ASSIGN(
      store::QueryRows rows,
      reader.query("SELECT dataset, max(key_date) AS newest, count(DISTINCT key_date) AS days "
                   "FROM revision_used($1) WHERE key_date IS NOT NULL AND family IN ('short', "
                   "'exchange_short', 'bar', 'weekly', 'weekly_summary', 'lit') GROUP BY dataset "
                   "ORDER BY dataset",
                   as_of));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  render::Footer footer;
  footer.as_of = as_of_text(invocation);
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    footer.sources.push_back(fmt::format("{} to {} ({})", columns::cell_text(batch.column(0), row),
                                         columns::cell_text(batch.column(1), row),
                                         count_text(columns::cell_text(batch.column(0), row),
                                                    columns::cell_text(batch.column(2), row))));
  }
  return footer;
}

}  // namespace offex::cli
