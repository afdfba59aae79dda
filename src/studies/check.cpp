#include "offex/studies/check.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "offex/market/calendar.hpp"
#include "offex/studies/coverage.hpp"

#include "studies/check_internal.hpp"

namespace offex::studies {
namespace {

constexpr std::size_t kListed = 20;
constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "error"};

Result<CheckOutcome> check_calendar(const store::Reader& reader) {
  CheckOutcome out{.check = "calendar",
                   .about = "sessions without a file between the first and the last",
                   .looked_at = 0,
                   .unit = "data sets"};
  OFFEX_ASSIGN(store::QueryRows rows, reader.query("SELECT count(DISTINCT dataset) FROM revision"));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  out.looked_at = static_cast<std::uint64_t>(batch.column(0).values<std::int64_t>()[0]);
  OFFEX_ASSIGN(const std::vector<Gap> missing, gaps(reader));
  FindingList list{out};
  for (const Gap& gap : missing) {
    // What the upstream does not have is recorded as such.
    const bool absent = gap.state == store::PartitionState::Absent;
    std::string message = "no file of this session";
    if (gap.state) message += fmt::format(": {}", store::to_string(*gap.state));
    if (!gap.reason.empty()) message += fmt::format(", {}", gap.reason);
    list.add(absent ? Severity::Info : Severity::Warning,
             gap.dataset + " " + gap.facility + " " + gap.day.iso(), std::move(message));
  }
  list.finish();
  return out;
}

Result<CheckOutcome> check_breaks(const store::Reader& reader) {
  CheckOutcome out{
      .check = "breaks",
      .about = "days inside the stored range on which published numbers changed meaning",
      .looked_at = market::structural_breaks().size(),
      .unit = "breaks"};
  OFFEX_ASSIGN(const std::optional<market::DayRange> days, reader.daily_range());
  FindingList list{out};
  for (const market::StructuralBreak& one : market::structural_breaks()) {
    if (!days || one.day <= days->first || one.day > days->last) continue;
    list.add(Severity::Info, fmt::format("{} {}", one.day.iso(), one.name),
             std::string{one.effect});
  }
  list.finish();
  return out;
}

}  // namespace

std::string_view to_string(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

void FindingList::finish() {
  if (hidden_ == 0) return;
  outcome_.findings.push_back({.severity = hidden_severity_,
                               .check = outcome_.check,
                               .subject = "",
                               .message = "and " + std::to_string(hidden_) + " more"});
}

void FindingList::add(Severity severity, std::string subject, std::string message) {
  outcome_.errors += severity == Severity::Error ? 1 : 0;
  outcome_.warnings += severity == Severity::Warning ? 1 : 0;
  if (outcome_.findings.size() >= kListed) {
    ++hidden_;
    hidden_severity_ = std::max(hidden_severity_, severity);
    return;
  }
  outcome_.findings.push_back({.severity = severity,
                               .check = outcome_.check,
                               .subject = std::move(subject),
                               .message = std::move(message)});
}

Result<std::vector<CheckOutcome>> run_checks(const store::Reader& reader,
                                             const std::filesystem::path& home,
                                             const CheckProgress& progress) {
  std::vector<CheckOutcome> out;
  OFFEX_ASSIGN(CheckOutcome archive, check_archive(reader, home, progress));
  out.push_back(std::move(archive));
  for (const auto checks :
       {short_and_bar_checks(), weekly_checks(), tape_checks(), derived_checks()}) {
    OFFEX_TRY(run_row_checks(reader, checks, out));
  }
  OFFEX_ASSIGN(CheckOutcome calendar, check_calendar(reader));
  out.push_back(std::move(calendar));
  OFFEX_ASSIGN(CheckOutcome breaks, check_breaks(reader));
  out.push_back(std::move(breaks));
  return out;
}

columns::Batch findings_table(const std::vector<CheckOutcome>& outcomes) {
  columns::Batch out;
  out.add({"severity", kSeverities});
  for (const char* name : {"check", "subject", "message"}) out.add({name, columns::Type::Text});
  for (const CheckOutcome& outcome : outcomes) {
    for (const Finding& finding : outcome.findings) {
      out.column(0).push(static_cast<std::uint8_t>(finding.severity));
      out.column(1).push(finding.check);
      out.column(2).push(finding.subject);
      out.column(3).push(finding.message);
    }
  }
  return out;
}

}  // namespace offex::studies
