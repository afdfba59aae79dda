#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>
#include <system_error>
#include <tuple>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "offex/base/digest.hpp"
#include "offex/kernels/association.hpp"

#include "cli/place_internal.hpp"
#include "cli/trial_log_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHeader =
    "tried_at\tsignal\tversion\tlabel\thorizon\tuniverse\tfrom\tto\tdata\tsessions\tvalue\tt\tz\n";
constexpr std::size_t kFields = 13;

std::string line_of(const Trial& trial) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", trial.tried_at,
                     trial.signal, trial.version, trial.label, trial.horizon, trial.universe,
                     trial.from, trial.to, trial.data, trial.sessions, trial.value, trial.t,
                     trial.z);
}

template <class T>
bool read_number(std::string_view text, T& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> out{""};
  for (const char letter : line) {
    if (letter == '\t') {
      out.emplace_back();
    } else {
      out.back() += letter;
    }
  }
  return out;
}

Result<Trial> parse(const std::string& line, const fs::path& path, std::uint64_t number) {
  base::Place place = in_file(path, number);
  place.excerpt = base::printable_excerpt(line);
  std::vector<std::string> fields = fields_of(line);
  if (fields.size() != kFields) {
    return fail(base::ErrorCode::Integrity,
                fmt::format("a trial has {} fields, this line has {}", kFields, fields.size()),
                place);
  }
  Trial out{.tried_at = fields[0],
            .signal = fields[1],
            .version = fields[2],
            .label = fields[3],
            .universe = fields[5],
            .from = fields[6],
            .to = fields[7],
            .data = fields[8]};
  const auto bad = [&](std::string_view field) {
    place.field = field;
    return fail(base::ErrorCode::Integrity, "not a number", place);
  };
  if (!read_number(fields[4], out.horizon)) return bad("horizon");
  if (!read_number(fields[9], out.sessions)) return bad("sessions");
  if (!read_number(fields[10], out.value)) return bad("value");
  if (!read_number(fields[11], out.t)) return bad("t");
  if (!read_number(fields[12], out.z)) return bad("z");
  return out;
}

/// An open file that others cannot write to meanwhile.
class LockedFile {
 public:
  explicit LockedFile(const fs::path& path)
      : descriptor_{::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644)} {
    if (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) != 0) close();
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  LockedFile(LockedFile&&) = delete;
  LockedFile& operator=(LockedFile&&) = delete;
  ~LockedFile() { close(); }

  [[nodiscard]] bool good() const { return descriptor_ >= 0; }
  [[nodiscard]] off_t size() const { return ::lseek(descriptor_, 0, SEEK_END); }
  /// Writes all or takes back what was written.
  [[nodiscard]] bool append(std::string_view text) const {
    const off_t before = size();
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written == static_cast<ssize_t>(text.size())) return true;
    const int error = errno;
    if (written > 0) static_cast<void>(::ftruncate(descriptor_, before));
    errno = written > 0 ? ENOSPC : error;
    return false;
  }

 private:
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  int descriptor_;
};

base::Error io_error(const fs::path& path) {
  return {base::ErrorCode::Io,
          "cannot write the log of trials: " + std::system_category().message(errno),
          in_file(path)};
}

/// Says in 16 digits which numbers were judged.
std::string digest_of(std::span<const double> values) {
  std::string text;
  for (const double value : values) {
    text += std::isnan(value) ? "-" : fmt::format("{:016x}", std::bit_cast<std::uint64_t>(value));
  }
  constexpr std::size_t kDigits = 16;
  return base::sha256(text).hex().substr(0, kDigits);
}

/// A name without what would end a field or a line.
std::string plain(std::string text) {
  std::ranges::replace_if(
      text, [](char letter) { return letter == '\t' || letter == '\n' || letter == '\r'; }, ' ');
  return text;
}

auto key_of(const Trial& trial) {
  return std::tie(trial.signal, trial.version, trial.label, trial.horizon, trial.universe,
                  trial.from, trial.to, trial.data);
}

}  // namespace

std::vector<Trial> trials_of(const studies::EvalReport& report, market::Instant now) {
  const Trial common{.tried_at = now.iso(),
                     .signal = report.signal,
                     .version = report.version,
                     .label = {},
                     .universe = plain(report.universe),  // a sector is what the user typed
                     .from = report.days.first.iso(),
                     .to = report.days.last.iso(),
                     .data = {}};
  std::vector<Trial> out;
  for (const studies::HorizonEvaluation& horizon : report.evaluation.horizons) {
    if (horizon.ic.sessions == 0) continue;
    Trial& one = out.emplace_back(common);
    one.label = studies::to_string(horizon.label);
    one.horizon = horizon.horizon;
    one.data = digest_of(horizon.daily_ic);
    one.sessions = horizon.ic.sessions;
    one.value = horizon.ic.mean;
    one.t = horizon.ic.t;
    one.z = horizon.ic.z;
  }
  for (const studies::EventEstimate& event : report.events) {
    if (event.hits == 0) continue;
    Trial& one = out.emplace_back(common);
    one.signal = fmt::format("hits:{}", event.group);
    one.version = report.hits_version;
    one.universe += ", hits of the scanner";
    one.label = studies::to_string(event.label);
    one.horizon = event.horizon;
    one.data = digest_of(std::array{event.hit, event.control, event.error});
    one.sessions = event.sessions;
    one.value = event.excess;
    one.t = event.t;
    one.z = event.z;
  }
  return out;
}

TrialLog::TrialLog(const fs::path& home) : path_{home / "eval" / "trials.tsv"} {}

Result<void> TrialLog::append(std::span<const Trial> trials) const {
  std::error_code code;
  fs::create_directories(path_.parent_path(), code);
  const LockedFile file{path_};
  if (!file.good()) return std::unexpected{io_error(path_)};
  std::string text{file.size() == 0 ? kHeader : std::string_view{}};
  for (const Trial& trial : trials) text += line_of(trial);
  if (!file.append(text)) return std::unexpected{io_error(path_)};
  return {};
}

Result<std::vector<Trial>> TrialLog::read() const {
  std::vector<Trial> out;
  std::ifstream file{path_};
  std::string line;
  for (std::uint64_t number = 1; std::getline(file, line); ++number) {
    if (number == 1 && line + '\n' == kHeader) continue;
    OFFEX_ASSIGN(Trial trial, parse(line, path_, number));
    out.push_back(std::move(trial));
  }
  return out;
}

TrialSummary summary_of(std::span<const Trial> trials) {
  const auto before = [](const Trial* a, const Trial* b) { return key_of(*a) < key_of(*b); };
  std::set<const Trial*, decltype(before)> different{before};
  TrialSummary out;
  for (const Trial& trial : trials) {
    different.insert(&trial);
    if (std::abs(trial.z) > out.count.largest) {
      out.count.largest = std::abs(trial.z);
      out.largest = fmt::format("{}, {}, h = {}", trial.signal, trial.label, trial.horizon);
    }
  }
  out.count.trials = different.size();
  for (const Trial* trial : different) out.count.z.push_back(trial->z);
  // Either sign would have been welcome, so that each trial had two chances.
  out.count.by_chance = kernels::expected_maximum(2.0 * static_cast<double>(different.size()));
  return out;
}

}  // namespace offex::cli
