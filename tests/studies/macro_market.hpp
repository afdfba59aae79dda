#pragma once

#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "offex/market/calendar.hpp"
#include "offex/market/quantity.hpp"
#include "offex/studies/macro.hpp"

#include "studies/study_store.hpp"

namespace offex::studies::test {

/// Forty sessions of seventy names with bars, two sectors and an index. One name is that of a class
/// share, which the list of members spells without its point.
class ScannedMarket {
 public:
  static constexpr int kNames = 70;

  ScannedMarket() {
    put_securities();
    put_members();
    for (const market::Day day : days_) put_day(day);
  }

  static constexpr int kClassShare = 7;

  [[nodiscard]] static market::Symbol name_of(int number) { return spelt(number, ".B"); }
  [[nodiscard]] const std::vector<market::Day>& days() const { return days_; }
  [[nodiscard]] StudyStore& store() { return store_; }

  /// Files of one day, the same for the same revision.
  void put_day(market::Day day, int revision = 0) { put_files(day, revision, {}); }
  /// Stores new bars of one day, on which one name has half of its price.
  void halve_prices(int number, market::Day day) { put_files(day, 0, number); }

  /// Stores the macro rows of the first `count` sessions and says that nothing newer is known.
  void keep_macro(std::size_t count) {
    store::Writer& writer = store_.writer();
    const auto table = macro_table({});
    const store::DerivedTable derived = derived_table(table->spec());
    ASSERT_TRUE(writer.ensure_derived(derived));
    ASSERT_TRUE(table->prepare(writer.reader(), days_[0]));
    std::optional<SecurityReference> reference;
    const auto walked = scan_sessions(
        writer.reader(), {.days = market::DayRange{days_[0], days_[count - 1]}},
        [&](const ScanSession& session) -> Result<void> {
          if (!reference) {
            OFFEX_ASSIGN(reference, SecurityReference::load(writer.reader(), *session.axis, {}));
          }
          const SecurityFacts& facts = reference->at(session.day);
          const Ranking ranking =
              rank_session(session, facts, {}, RankBy::Omnibus, session.parameters->q);
          return table->add(session, facts, ranking);
        });
    ASSERT_TRUE(walked) << base::format_error(walked.error());
    const auto newest = writer.reader().last_revision();
    ASSERT_TRUE(newest);
    const store::BuildState state{.variant = table->version(),
                                  .variant_value = table->version(),
                                  .last_revision = *newest,
                                  .days = market::DayRange{days_[0], days_[count - 1]}};
    const auto done = writer.replace_derived(
        derived, state, state.days,
        [&](const store::Writer::BatchSink& sink) { return sink(table->take()); });
    ASSERT_TRUE(done) << base::format_error(done.error());
  }

 private:
  [[nodiscard]] static market::Symbol spelt(int number, std::string_view share_class) {
    const std::string name = "S" + std::to_string(100 + number);
    return market::Symbol::from_trusted(number == kClassShare ? name + std::string{share_class}
                                                              : name);
  }
  void put_files(market::Day day, int revision, std::optional<int> halved) {
    using columns::Column;
    using columns::Type;
    columns::Batch shorts{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                           Column{"short_volume", Type::Quantity},
                           Column{"short_exempt_volume", Type::Quantity},
                           Column{"total_volume", Type::Quantity}}};
    columns::Batch bars{{Column{"symbol", Type::Symbol}, Column{"open", Type::Price},
                         Column{"high", Type::Price}, Column{"low", Type::Price},
                         Column{"close", Type::Price}, Column{"vwap", Type::Price},
                         Column{"volume", Type::Quantity}, Column{"transactions", Type::Int64}}};
    std::mt19937_64 random{static_cast<std::uint64_t>(day.days()) * 1000 +
                           static_cast<std::uint64_t>(revision)};
    const auto unit = [&random] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
    for (int number = 0; number < kNames; ++number) {
      const double usual = 20'000.0 * std::pow(1.1, number);
      const double total = std::floor(usual * std::exp(unit() - 0.5));
      const double ratio = 0.3 + 0.3 * unit();
      const double close = (number == halved ? 0.5 : 1.0) * (10.0 + number + unit());
      const bool absent = random() % 15 == 0;
      if (!absent) {
        shorts.column(0).push(name_of(number));
        shorts.column(1).push<std::int32_t>(7);
        const auto whole = [](double shares) {
          return static_cast<std::int64_t>(std::floor(shares)) * market::Quantity::kPerShare;
        };
        shorts.column(2).push(whole(total * ratio));
        shorts.column(3).push(whole(total * ratio * 0.01));
        shorts.column(4).push(whole(total));
      }
      bars.column(0).push(name_of(number));
      for (const std::size_t column : {1U, 2U, 3U, 4U, 5U}) {
        bars.column(column).push(static_cast<std::int64_t>(close * 1e9));
      }
      bars.column(6).push(static_cast<std::int64_t>(3.0 * total) * market::Quantity::kPerShare);
      bars.column(7).push_missing();
    }
    const std::string name = day.iso() + " " + std::to_string(revision);
    if (!halved) {
      store_.put("short " + name, {.dataset = market::Dataset::FinraShortDaily,
                                   .day = day,
                                   .facility = market::Facility::Cnms,
                                   .rows = &shorts});
    }
    if (revision == 0) {
      store_.put((halved ? "halved bars " : "bars ") + name,
                 {.dataset = market::Dataset::DailyBarGrouped, .day = day, .rows = &bars});
    }
  }
  void put_securities() {
    using columns::Column;
    using columns::Type;
    columns::Batch rows{{Column{"known_from", Type::Day}, Column{"symbol", Type::Symbol},
                         Column{"name", Type::Text}, Column{"type", Type::Text},
                         Column{"sector", Type::Text}, Column{"industry", Type::Text},
                         Column{"market_cap", Type::Double},
                         Column{"shares_outstanding", Type::Quantity}}};
    for (int number = 0; number < kNames - 10; ++number) {
      rows.column(0).push(days_[0].plus(-30).days());
      rows.column(1).push(name_of(number));
      rows.column(2).push(std::string{"Name"});
      rows.column(3).push(std::string{"CS"});
      rows.column(4).push(std::string{number % 2 == 0 ? "Energy" : "Utilities"});
      rows.column(5).push_missing();
      rows.column(6).push(1e8 * (1.0 + number));
      rows.column(7).push_missing();
    }
    store_.put("securities", {.dataset = market::Dataset::SecurityReference, .rows = &rows});
  }
  void put_members() {
    using columns::Column;
    using columns::Type;
    columns::Batch rows{{Column{"index_symbol", Type::Symbol}, Column{"symbol", Type::Symbol},
                         Column{"valid_from", Type::Day}, Column{"valid_to", Type::Day}}};
    for (int number = 5; number < 45; ++number) {
      rows.column(0).push(market::Symbol::from_trusted("IX"));
      rows.column(1).push(spelt(number, "B"));
      rows.column(2).push_missing();
      rows.column(3).push_missing();
    }
    store_.put("members", {.dataset = market::Dataset::IndexConstituents, .rows = &rows});
  }

  StudyStore store_;
  std::vector<market::Day> days_{market::sessions({market::Day::parse("2026-02-02").value(),
                                                   market::Day::parse("2026-03-30").value()})
                                     .value()};
};

}  // namespace offex::studies::test
