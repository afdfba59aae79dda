#include "offex/publish/migrations.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "offex/store/postgres.hpp"
#include "offex/studies/catalogue.hpp"

#include "publish/tables_internal.hpp"
#include "support/scratch.hpp"

namespace offex::publish {
namespace {

using studies::Metric;
using studies::TableSpec;

constexpr std::string_view kFolder = OFFEX_SOURCE_DIR "/migrations/";

constexpr std::string_view kSecurity = R"(
-- Row-level security, as for daily_features.
alter table {0} enable row level security;
do $$
begin
  if exists (select from pg_roles where rolname = 'authenticated')
    and not exists (
      select from pg_policies where schemaname = current_schema() and tablename = '{0}'
    )
  then
    create policy {0}_read on {0} for select to authenticated using (true);
  end if;
end
$$;
)";

std::string shown_name(const Metric& metric) {
  return std::string{metric.name == "symbol_code" ? "symbol" : metric.name};
}

std::string sql_type(const Metric& metric) {
  const auto type = metric.name == "symbol_code" ? columns::Type::Symbol : metric.type;
  return std::string{store::postgres_type(type)};
}

std::string literal(std::string_view text) {
  std::string out{'\''};
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + '\'';
}

/// Unit, formula, denominator and caveat in one line.
std::string meaning(const Metric& metric) {
  std::vector<std::string> parts;
  if (!metric.unit.empty()) parts.push_back(fmt::format("[{}]", metric.unit));
  if (!metric.formula.empty()) parts.emplace_back(metric.formula);
  if (!metric.denominator.empty()) parts.push_back(fmt::format("of: {}", metric.denominator));
  if (!metric.caveat.empty()) parts.emplace_back(metric.caveat);
  std::string out = fmt::format("{}", fmt::join(parts, "; "));
  if (out.starts_with('[')) {  // the unit is no part of the sentence
    out.replace(out.find("];"), 2, "]");
  }
  return out;
}

/// The file of a table of the catalogue.
std::string table_sql(const TableSpec& spec) {
  const std::vector<std::string> key = key_of(spec);
  std::string keys;
  std::string others;
  std::string comments;
  for (const Metric& metric : spec.metrics) {
    const std::string name = shown_name(metric);
    const std::string column = fmt::format("{} {}", store::quote_name(name), sql_type(metric));
    if (std::ranges::find(key, name) != key.end()) {
      keys += fmt::format("  {} not null,\n", column);
    } else {
      others += fmt::format("{}  add column if not exists {}", others.empty() ? "" : ",\n", column);
    }
    comments += fmt::format("comment on column {}.{} is {};\n", spec.table, store::quote_name(name),
                            literal(meaning(metric)));
  }
  std::string out = fmt::format(
      "-- {0} {1}: columns and types of the metric catalogue (docs/metrics.md).\n--\n"
      "-- Written by `OFFEX_UPDATE_GOLDEN=1 offex_publish_tests`; do not edit. May be run again, "
      "and "
      "adds what is missing.\n\n"
      "create table if not exists {0} (\n{2}  primary key ({3})\n);\n\nalter table {0}\n{4};\n\n",
      spec.table, spec.version, keys, fmt::join(key, ", "), others);
  if (std::ranges::find(key, "symbol") != key.end()) {  // the key itself begins with the day
    out += fmt::format("create index if not exists {0}_symbol on {0} (symbol, trade_date);\n\n",
                       spec.table);
  }
  out += fmt::format("comment on table {} is {};\n", spec.table, literal(spec.about));
  return out + comments + fmt::format(fmt::runtime(kSecurity), spec.table);
}

/// Compares a file with the catalogue; OFFEX_UPDATE_GOLDEN=1 writes it instead.
void expect_file(std::string_view name, std::string_view table, std::string_view version) {
  const std::string path = fmt::format("{}{}.sql", kFolder, name);
  const std::string wanted = table_sql(*studies::find_table(table, version));
  if (std::getenv("OFFEX_UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream{path, std::ios::binary} << wanted;
  }
  EXPECT_EQ(test_support::file_bytes(path), wanted)
      << "set OFFEX_UPDATE_GOLDEN=1 to write it again";
}

TEST(Migrations, ComeInTheOrderOfTheirNumbers) {
  std::vector<std::string_view> names;
  for (const Migration& migration : migrations()) names.push_back(migration.name);
  EXPECT_THAT(names,
              testing::ElementsAre("0001_daily_features", "0002_provenance_events",
                                   "0003_daily_metrics", "0004_scan_hit", "0005_macro_daily"));
}

TEST(Migrations, AreTheFilesByteForByte) {
  for (const Migration& migration : migrations()) {
    EXPECT_EQ(migration.sql,
              test_support::file_bytes(fmt::format("{}{}.sql", kFolder, migration.name)));
  }
}

TEST(Migrations, MakeDailyMetricsAsTheCatalogueHasThem) {
  expect_file("0003_daily_metrics", "daily_metrics", "v2");
}

TEST(Migrations, MakeScanHitsAsTheCatalogueHasThem) {
  expect_file("0004_scan_hit", "scan_hit", "rv/1.0.0");
}

TEST(Migrations, MakeMacroDailyAsTheCatalogueHasIt) {
  expect_file("0005_macro_daily", "macro_daily", "rv/1.0.0");
}

}  // namespace
}  // namespace offex::publish
