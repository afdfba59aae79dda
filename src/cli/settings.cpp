#include "offex/cli/settings.hpp"

#include <array>
#include <charconv>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "cli/place_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

struct FormatName {
  std::string_view name;
  Format format;
};
constexpr std::array<FormatName, 13> kFormats{{{"auto", Format::Auto},
                                               {"table", Format::Table},
                                               {"csv", Format::Csv},
                                               {"tsv", Format::Tsv},
                                               {"md", Format::Markdown},
                                               {"json", Format::Json},
                                               {"jsonl", Format::JsonLines},
                                               {"parquet", Format::Parquet},
                                               {"arrow", Format::Arrow},
                                               {"html", Format::Html},
                                               {"png", Format::Png},
                                               {"svg", Format::Svg},
                                               {"pdf", Format::Pdf}}};

// The settings that files and variables may give, with the built-in value.
struct Known {
  std::string_view name;
  std::string_view fallback;
};
constexpr std::array<Known, 7> kKnown{{{"home", ""},
                                       {"format", "auto"},
                                       {"progress", "auto"},
                                       {"threads", "0"},
                                       {"strict", "false"},
                                       {"color", "true"},
                                       {"log", "text"}}};

using Values = std::map<std::string, Origin>;

std::string variable_name(std::string_view setting) {
  std::string out = "OFFEX_";
  for (const char c : setting) out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

bool is_known(std::string_view name) {
  for (const Known& known : kKnown) {
    if (known.name == name) return true;
  }
  return false;
}

std::string node_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  std::ostringstream out;
  node.visit([&out](const auto& value) { out << value; });
  return out.str();
}

// Fills what is not set yet from a file. A file that is not there is fine, a bad one is not.
Result<void> fill_from_file(const fs::path& path, Values& values) {
  std::error_code code;
  if (!fs::exists(path, code)) return {};
  try {
    const toml::table table = toml::parse_file(path.string());
    for (const auto& [key, node] : table) {
      const std::string name{key.str()};
      if (!is_known(name)) {
        return fail(base::ErrorCode::InvalidArgument, fmt::format("unknown setting `{}`", name),
                    in_file(path, node.source().begin.line));
      }
      values.try_emplace(name, Origin{.value = node_text(node), .source = path.string()});
    }
  } catch (const toml::parse_error& error) {
    return fail(base::ErrorCode::InvalidArgument, std::string{error.description()},
                in_file(path, error.source().begin.line, error.source().begin.column));
  }
  return {};
}

std::optional<fs::path> user_folder(const Environment& environment, const std::string& variable,
                                    std::string_view below_home) {
  if (const auto folder = environment(variable); folder && !folder->empty()) {
    return fs::path{*folder} / "offex";
  }
  if (const auto home = environment("HOME"); home && !home->empty()) {
    return fs::path{*home} / below_home / "offex";
  }
  return std::nullopt;
}

base::Error bad_value(const std::string& name, const Origin& origin, std::string_view choices) {
  return {base::ErrorCode::InvalidArgument,
          fmt::format("`{}` is no value for {} (from {}): {}", origin.value, name, origin.source,
                      choices),
          {}};
}

Result<bool> as_bool(const std::string& name, const Origin& origin) {
  if (origin.value == "true" || origin.value == "1") return true;
  if (origin.value == "false" || origin.value == "0") return false;
  return std::unexpected{bad_value(name, origin, "true or false")};
}

Result<unsigned> as_count(const std::string& name, const Origin& origin) {
  unsigned value = 0;
  const char* end = origin.value.data() + origin.value.size();
  const auto [last, code] = std::from_chars(origin.value.data(), end, value);
  if (code != std::errc{} || last != end || value > 1024) {
    return std::unexpected{bad_value(name, origin, "a number from 0 to 1024")};
  }
  return value;
}

Result<ProgressMode> as_progress(const std::string& name, const Origin& origin) {
  if (origin.value == "auto") return ProgressMode::Auto;
  if (origin.value == "plain") return ProgressMode::Plain;
  if (origin.value == "json") return ProgressMode::Json;
  if (origin.value == "none") return ProgressMode::None;
  return std::unexpected{bad_value(name, origin, "auto, plain, json or none")};
}

Result<Values> merge(const FlagValues& flags, const Environment& environment,
                     const fs::path& working_folder) {
  Values values;
  for (const auto& [name, value] : flags) values[name] = {.value = value, .source = "flag"};
  for (const Known& known : kKnown) {
    const std::string variable = variable_name(known.name);
    if (const auto value = environment(variable)) {
      values.try_emplace(std::string{known.name}, Origin{.value = *value, .source = variable});
    }
  }
  if (const auto no_color = environment("NO_COLOR"); no_color && !no_color->empty()) {
    values.try_emplace("color", Origin{.value = "false", .source = "NO_COLOR"});
  }
  OFFEX_TRY(fill_from_file(working_folder / "offex.toml", values));
  if (const auto folder = user_folder(environment, "XDG_CONFIG_HOME", ".config")) {
    OFFEX_TRY(fill_from_file(*folder / "config.toml", values));
  }
  for (const Known& known : kKnown) {
    values.try_emplace(std::string{known.name},
                       Origin{.value = std::string{known.fallback}, .source = "built-in"});
  }
  if (values["home"].value.empty()) {
    const auto folder = user_folder(environment, "XDG_DATA_HOME", ".local/share");
    values["home"] = {.value = (folder ? *folder : working_folder / "offex-home").string(),
                      .source = "built-in"};
  }
  return values;
}

}  // namespace

bool is_for_people(Format format) {
  switch (format) {
    case Format::Table:
    case Format::Markdown:
    case Format::Html:
    case Format::Png:
    case Format::Svg:
    case Format::Pdf:
      return true;
    default:
      return false;
  }
}

std::optional<Format> parse_format(std::string_view text) {
  for (const FormatName& entry : kFormats) {
    if (entry.name == text) return entry.format;
  }
  return std::nullopt;
}

std::optional<Format> format_of_extension(const fs::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".txt") return Format::Table;
  if (extension == ".markdown") return Format::Markdown;
  if (extension == ".htm") return Format::Html;
  if (extension == ".ndjson") return Format::JsonLines;
  if (extension == ".feather" || extension == ".arrows") return Format::Arrow;
  if (extension.empty() || extension == ".auto" || extension == ".table") return std::nullopt;
  return parse_format(std::string_view{extension}.substr(1));
}

Result<Settings> load_settings(const FlagValues& flags, const Environment& environment,
                               const fs::path& working_folder, Values* origins) {
  OFFEX_ASSIGN(Values values, merge(flags, environment, working_folder));
  Settings out;
  out.home = values["home"].value;
  const auto format = parse_format(values["format"].value);
  if (!format) {
    return std::unexpected{
        bad_value("format", values["format"],
                  "auto, table, csv, tsv, md, html, json, jsonl, parquet, arrow, png, "
                  "svg or pdf")};
  }
  out.format = *format;
  out.format_given = flags.contains("format");
  OFFEX_ASSIGN(out.progress, as_progress("progress", values["progress"]));
  OFFEX_ASSIGN(out.threads, as_count("threads", values["threads"]));
  OFFEX_ASSIGN(out.strict, as_bool("strict", values["strict"]));
  OFFEX_ASSIGN(out.color, as_bool("color", values["color"]));
  if (values["log"].value != "text" && values["log"].value != "json") {
    return std::unexpected{bad_value("log", values["log"], "text or json")};
  }
  out.json_log = values["log"].value == "json";
  if (origins != nullptr) *origins = std::move(values);
  return out;
}

}  // namespace offex::cli
