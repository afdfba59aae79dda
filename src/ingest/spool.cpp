#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "offex/base/byte_source.hpp"
#include "offex/base/digest.hpp"
#include "offex/ingest/file_list.hpp"

#include "ingest/spool_internal.hpp"

namespace offex::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDescription = ".about";

std::unexpected<base::Error> cannot_write(const fs::path& path) {
  base::Place place;
  place.file = path.string();
  return fail(base::ErrorCode::Io, "cannot write", std::move(place));
}

Result<void> write(const fs::path& path, std::string_view bytes) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) return cannot_write(path);
  return {};
}

// Written aside and renamed: a reader never sees a part of it.
Result<void> write_whole(const fs::path& path, std::string_view bytes) {
  const fs::path aside = path.string() + ".new";
  OFFEX_TRY(write(aside, bytes));
  std::error_code code;
  fs::rename(aside, path, code);
  if (code) return cannot_write(path);
  return {};
}

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Values are on one line each: none of them may hold a line end, and HTTP lets none through.
std::string to_text(const SpoolFile& file) {
  std::string out = fmt::format(
      "question {}\nurl {}\netag {}\nlast_modified {}\nreceived_at {}\nbytes {}\nsha256 {}\n"
      "rows {}\nnext_url {}\n",
      file.question, file.url, file.etag, file.last_modified, file.received_at.nanos(), file.bytes,
      file.sha256, file.rows, file.next_url);
  if (file.published_at) out += fmt::format("published_at {}\n", file.published_at->nanos());
  if (file.total) out += fmt::format("total {}\n", *file.total);
  return out;
}

std::optional<SpoolFile> from_text(const fs::path& path, const std::string& text) {
  std::map<std::string, std::string> values;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    if (space != std::string::npos) values[line.substr(0, space)] = line.substr(space + 1);
  }
  const auto received = number(values["received_at"]);
  const auto bytes = number(values["bytes"]);
  const auto rows = number(values["rows"]);
  if (!received || !bytes || !rows || values["sha256"].empty()) return std::nullopt;
  SpoolFile out{.path = path,
                .question = values["question"],
                .url = values["url"],
                .etag = values["etag"],
                .last_modified = values["last_modified"],
                .published_at = {},
                .received_at = market::Instant::from_nanos(*received),
                .bytes = static_cast<std::uint64_t>(*bytes),
                .sha256 = values["sha256"],
                .rows = *rows,
                .next_url = values["next_url"],
                .total = number(values["total"])};
  if (const auto published = number(values["published_at"])) {
    out.published_at = market::Instant::from_nanos(*published);
  }
  return out;
}

// Listed before anything is removed; a folder that is not there has none.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code code;
  for (fs::directory_iterator entry{folder, code}; !code && entry != fs::directory_iterator{};
       entry.increment(code)) {
    out.push_back(entry->path());
  }
  return out;
}

bool has_suffix(const fs::path& path, std::string_view suffix) {
  return path.filename().string().ends_with(suffix);
}

// A machine that lost its power may have kept the description and not the body.
bool is_whole(const SpoolFile& file) {
  const auto source = base::open_file(file.path);
  if (!source) return false;
  const auto digest = base::sha256(*source);
  return digest && digest->bytes == file.bytes && digest->digest.hex() == file.sha256;
}

}  // namespace

fs::path Spool::folder(std::string_view slug) const { return root_ / slug; }

Result<SpoolFile> Spool::keep(std::string_view slug, const std::string& name, std::string_view body,
                              SpoolFile about) const {
  std::error_code code;
  fs::create_directories(folder(slug), code);
  about.path = folder(slug) / name;
  about.bytes = body.size();
  about.sha256 = base::sha256(body).hex();
  // Nobody looks at a body without its description, which comes last.
  OFFEX_TRY(write(about.path, body));
  OFFEX_TRY(describe(about));
  return about;
}

Result<void> Spool::describe(const SpoolFile& file) const {
  return write_whole(file.path.string() + std::string{kDescription}, to_text(file));
}

std::vector<SpoolFile> Spool::load(std::string_view slug, std::string_view question,
                                   market::Instant oldest) const {
  std::vector<SpoolFile> out;
  std::error_code code;
  for (const fs::path& path : entries(folder(slug))) {
    if (!has_suffix(path, kDescription)) continue;
    std::string name = path.string();
    name.resize(name.size() - kDescription.size());
    const auto text = read_file(path);
    auto file = text ? from_text(name, *text) : std::nullopt;
    if (file && file->question == question && file->received_at >= oldest && is_whole(*file)) {
      out.push_back(std::move(*file));
    } else {
      fs::remove(path, code);
      fs::remove(name, code);
    }
  }
  std::ranges::sort(out, {}, &SpoolFile::path);
  return out;
}

void Spool::forget(const SpoolFile& file) const {
  std::error_code code;
  fs::remove(file.path.string() + std::string{kDescription}, code);
  fs::remove(file.path, code);
}

void Spool::drop(std::string_view slug) const {
  std::error_code code;
  fs::remove_all(folder(slug), code);
}

void Spool::sweep(const std::set<std::string>& wanted, const std::set<std::string>& stored,
                  std::chrono::seconds age) const {
  std::error_code code;
  const auto newest_kept = fs::file_time_type::clock::now() - age;
  for (const fs::path& path : entries(root_)) {
    const std::string slug = path.filename().string();
    if (wanted.contains(slug)) continue;
    if (stored.contains(slug) || fs::last_write_time(path, code) <= newest_kept) {
      fs::remove_all(path, code);
    }
  }
}

}  // namespace offex::ingest
