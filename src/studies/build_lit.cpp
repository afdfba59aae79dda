#include "offex/studies/build_lit.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "offex/base/digest.hpp"
#include "offex/formats/tape.hpp"
#include "offex/store/raw_archive.hpp"
#include "offex/store/tape_scope.hpp"

namespace offex::studies {
namespace {

using market::Dataset;
using store::TapeFile;

/// Ticker of a REST page: its name says it, else its scope, which begins with the ticker that
/// import was told. A page whose ticker stands in its body alone has part of a digest there.
std::optional<market::Symbol> ticker_of(const TapeFile& file, const store::TapePage& page) {
  if (const auto named = formats::ticker_from_name(file.name)) {
    return named;
  }
  return page.ticker();
}

/// Pages are in the order of their first SIP time.
std::int64_t first_time(const TapeFile& file) {
  const auto page = store::TapePage::parse(file.scope);
  return page ? page->first_sip_ns : 0;
}

std::vector<TapeInput> inputs_of(std::span<const TapeFile> files, const store::RawArchive& raw) {
  std::vector<TapeInput> out;
  for (const TapeFile& file : files) {
    const auto page = store::TapePage::parse(file.scope);
    // A page and the seed's table of trades may reach over several days.
    const bool many_days = file.dataset == Dataset::TradeTable || page.has_value();
    out.push_back({.name = file.name,
                   .symbol = page ? ticker_of(file, *page) : std::nullopt,
                   .open = [&raw, sha256 = file.sha256]() -> Result<base::ByteSource> {
                     OFFEX_ASSIGN(const std::filesystem::path path, raw.path_of(sha256));
                     return base::open_file(path);
                   },
                   .many_days = many_days});
  }
  return out;
}

/// The tapes of one day that a request reads.
struct DayTapes {
  std::vector<TapeFile> trades, quotes, minutes;

  [[nodiscard]] std::vector<TapeFile> all() const {
    std::vector<TapeFile> out = trades;
    out.insert(out.end(), quotes.begin(), quotes.end());
    out.insert(out.end(), minutes.begin(), minutes.end());
    return out;
  }
};

void sort_out(const LitBuildRequest& request, const TapeFile& file, DayTapes& out) {
  if (request.mode == LitMode::Minute) {
    if (file.dataset == Dataset::MinuteTape) {
      out.minutes.push_back(file);
    }
    return;
  }
  if (file.dataset == Dataset::TradeTape || file.dataset == Dataset::TradeTable) {
    out.trades.push_back(file);
  }
  const bool quotes = request.use_quotes && request.version == LitVersion::V2 &&
                      request.options.rule != kernels::SignRule::Tick;
  if (quotes && file.dataset == Dataset::QuoteTape) {
    out.quotes.push_back(file);
  }
}

Result<std::map<market::Day, DayTapes>> tapes_of(const store::Reader& reader,
                                                 const LitBuildRequest& request) {
  OFFEX_ASSIGN(std::vector<TapeFile> files, reader.tape_files(request.days));
  std::ranges::stable_sort(files, {}, first_time);
  std::map<market::Day, DayTapes> out;
  for (const TapeFile& file : files) {
    sort_out(request, file, out[file.day]);
  }
  std::erase_if(out, [](const auto& entry) {
    return entry.second.trades.empty() && entry.second.minutes.empty();
  });
  if (out.empty()) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no tape of {} from {} to {} in the store: import it first",
                            request.mode == LitMode::Minute ? "minute bars" : "trades",
                            request.days.first.iso(), request.days.last.iso()));
  }
  return out;
}

Result<market::ConditionMask> volume_rules(const store::Reader& reader) {
  OFFEX_ASSIGN(store::QueryRows query,
               reader.query("SELECT condition::BIGINT AS condition, updates_volume "
                            "FROM trade_condition WHERE updates_volume IS NOT NULL"));
  OFFEX_ASSIGN(const columns::Batch rows, query.all());
  std::vector<market::VolumeRule> rules;
  rules.reserve(rows.num_rows());
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    rules.push_back({rows.column(0).values<std::int64_t>()[row],
                     rows.column(1).values<std::int8_t>()[row] != 0});
  }
  return market::conditions_without_volume(rules);
}

/// Names everything that the rows depend on.
std::string digest_of(const LitBuildRequest& request, const LitOptions& options, market::Day day,
                      std::span<const TapeFile> tapes) {
  std::string text = fmt::format(
      "lit direction\n{}\n{}\n{}\n{}\n{} {} {} {}\n", day.iso(), to_string(request.version),
      request.mode == LitMode::Minute ? "minute" : "tick", kernels::to_string(options.rule),
      options.max_report_delay_ns, options.max_quotes, options.no_volume, options.no_direction);
  for (const TapeFile& tape : tapes) {
    text += fmt::format("tape {} {}\n", tape.scope, tape.sha256);
  }
  std::vector<market::Symbol> symbols = request.symbols;
  std::ranges::sort(symbols);
  for (const market::Symbol& symbol : symbols) {
    text += fmt::format("symbol {}\n", symbol.view());
  }
  return base::sha256(text).hex();
}

Result<void> put_rows(store::Writer& writer, const LitBuildRequest& request,
                      const LitOptions& options, std::span<const TapeFile> tapes,
                      const columns::Batch& rows, LitDayBuild& done) {
  done.rows = rows.num_rows();
  if (done.rows == 0) {
    return {};
  }
  market::Instant known = tapes.front().known_from;
  for (const TapeFile& tape : tapes) {
    known = std::max(known, tape.known_from);
  }
  const std::string name =
      fmt::format("lit_direction_{}_{}", to_string(request.version), done.day.iso());
  const store::SourceFile source{.sha256 = digest_of(request, options, done.day, tapes),
                                 .name = name,
                                 .url = "computed:" + name,
                                 .bytes = 0,
                                 .published_at = known};
  const store::FactRows part{.dataset = Dataset::LitDirectionTape, .rows = &rows};
  OFFEX_ASSIGN(const store::PutResult result, writer.put(source, {&part, 1}));
  done.changed = result.added + result.superseded > 0;
  return {};
}

/// Under `v2` a symbol without trades has no row; to ask for such symbols alone is a mistake.
Result<void> check_found(const LitBuildRequest& request, const LitBuildReport& report) {
  const auto has_rows = [](const LitDayBuild& day) { return day.rows > 0; };
  if (request.symbols.empty() || std::ranges::any_of(report.days, has_rows)) {
    return {};
  }
  constexpr std::size_t kMostNamed = 10;
  std::string names;
  for (const market::Symbol& symbol :
       std::span{request.symbols}.first(std::min(kMostNamed, request.symbols.size()))) {
    names += (names.empty() ? "" : ", ") + symbol.str();
  }
  return fail(base::ErrorCode::NotFound,
              fmt::format("no {} of {}{} from {} to {} on the tapes in the store",
                          request.mode == LitMode::Minute ? "minute bar" : "trade", names,
                          request.symbols.size() > kMostNamed ? ", ..." : "",
                          request.days.first.iso(), request.days.last.iso()));
}

}  // namespace

Result<LitBuildReport> build_lit(store::Writer& writer, const LitBuildRequest& request) {
  OFFEX_ASSIGN(const auto tapes, tapes_of(writer.reader(), request));
  LitOptions options = request.options;
  OFFEX_ASSIGN(options.no_volume, volume_rules(writer.reader()));
  const store::RawArchive raw{request.raw};
  LitBuildReport report;
  for (const auto& [day, files] : tapes) {
    const LitTapes inputs{.trades = inputs_of(files.trades, raw),
                          .quotes = inputs_of(files.quotes, raw),
                          .minutes = inputs_of(files.minutes, raw)};
    OFFEX_ASSIGN(const LitResult result,
                 lit_direction_from_tape(inputs, {.day = day,
                                                  .version = request.version,
                                                  .mode = request.mode,
                                                  .symbols = request.symbols,
                                                  .options = options}));
    LitDayBuild done{.day = day, .rows = 0, .changed = false, .notes = result.notes};
    OFFEX_TRY(put_rows(writer, request, options, files.all(), result.rows, done));
    report.days.push_back(done);
    if (request.progress) {
      request.progress(report.days.size(), tapes.size());
    }
  }
  OFFEX_TRY(check_found(request, report));
  return report;
}

}  // namespace offex::studies
