#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "offex/base/result.hpp"
#include "offex/market/instant.hpp"
#include "offex/render/gnuplot.hpp"

namespace offex::cli {

/// How a result is written.
enum class Format : std::uint8_t {
  Auto,
  Table,
  Csv,
  Tsv,
  Markdown,
  Json,
  JsonLines,
  Parquet,
  Arrow,
  Html,
  Png,
  Svg,
  Pdf,
};

/// Returns whether a format is for people, with titles, sections and footers.
[[nodiscard]] bool is_for_people(Format format);

[[nodiscard]] std::optional<Format> parse_format(std::string_view text);
/// Returns the format that a file's extension stands for: `.jsonl`, `.parquet`, `.arrow` ...
[[nodiscard]] std::optional<Format> format_of_extension(const std::filesystem::path& path);

enum class ProgressMode : std::uint8_t { Auto, Plain, Json, None };

/// Options that every command understands.
struct Settings {
  std::filesystem::path home;
  Format format{Format::Auto};
  bool format_given{false};      ///< by a flag: then it wins over the extension of `output`
  std::filesystem::path output;  ///< `-o`; empty: standard output
  bool force{false};
  bool wide{false};         ///< keep all columns whatever the terminal's width
  bool definitions{false};  ///< say below a table what its headings mean
  /// Of pages and pictures; empty: dark for tables, light for figures.
  std::optional<render::Theme> theme{};
  std::optional<market::Instant> as_of{};
  bool strict{false};  ///< warnings fail
  ProgressMode progress{ProgressMode::Auto};
  bool quiet{false};
  bool verbose{false};
  bool json_log{false};
  unsigned threads{0};
  bool color{true};
};

/// Looks a name up in the environment; empty when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// Where a setting came from: "flag", "OFFEX_HOME", "./offex.toml", "built-in".
struct Origin {
  std::string value;
  std::string source;
};

/// Values that flags gave as text, by setting name ("home", "format", ...).
using FlagValues = std::map<std::string, std::string>;

/// Merges flags, `OFFEX_*` variables, `./offex.toml`, the user's config file and the built-in
/// values, in this order of precedence. \param origins filled with where each came from.
[[nodiscard]] Result<Settings> load_settings(const FlagValues& flags,
                                             const Environment& environment,
                                             const std::filesystem::path& working_folder,
                                             std::map<std::string, Origin>* origins = nullptr);

}  // namespace offex::cli
