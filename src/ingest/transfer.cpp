#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "offex/base/digest.hpp"
#include "offex/feeds/polygon.hpp"
#include "offex/formats/page_facts.hpp"

#include "ingest/transfer_internal.hpp"

namespace offex::ingest {
namespace {

bool by_query(Shape shape) { return shape == Shape::QueryPages || shape == Shape::AsyncQuery; }

std::unexpected<base::Error> damaged(const Task& task, std::string reason) {
  base::Place place;
  place.file = task.what;
  return fail(base::ErrorCode::Integrity, std::move(reason), std::move(place));
}

Result<formats::PageFacts> facts_of_page(const Task& task, const feeds::Reply& reply) {
  auto facts = formats::page_facts(reply.body);
  if (!facts) {
    base::Error error = std::move(facts).error();
    error.place.file = task.what;
    return std::unexpected{std::move(error)};
  }
  return facts;
}

bool has_failed(std::string status) {
  std::ranges::transform(status, status.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  static constexpr std::array<std::string_view, 5> kEnds{"FAILED", "ERROR", "CANCELLED", "CANCELED",
                                                         "EXPIRED"};
  return std::ranges::find(kEnds, status) != kEnds.end();
}

// The body of a large file is on the disk already; its digest is taken there.
Result<void> measure(SpoolFile& file) {
  OFFEX_ASSIGN(const base::ByteSource source, base::open_file(file.path));
  OFFEX_ASSIGN(const base::SourceDigest digest, base::sha256(source));
  file.bytes = digest.bytes;
  file.sha256 = digest.digest.hex();
  return {};
}

}  // namespace

std::string slug_of(const store::Partition& key) {
  std::string out = fmt::format("{}-{}-{}-{}", key.source, market::to_string(key.dataset),
                                key.day ? key.day->iso() : "", key.scope);
  // Two symbols may differ by case alone, which some file systems do not tell apart.
  const std::string digest = base::sha256(out).hex().substr(0, 12);
  for (char& c : out) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '_') c = '-';
  }
  return out.substr(0, 100) + "-" + digest;
}

Result<Step> Transfer::start(market::Instant oldest) {
  const feeds::Request request = by_query(task_.shape) ? query_request(0) : task_.request;
  question_ = base::sha256(request.url + "\n" + request.body).hex().substr(0, 32);
  files_ = spool_.load(slug_of(task_), question_, oldest);
  // Pages are taken up as far as they are without a gap.
  if (task_.shape != Shape::File && task_.shape != Shape::JsonFile) {
    std::size_t good = 0;
    std::vector<SpoolFile> found;
    std::swap(found, files_);
    for (; good < found.size(); ++good) {
      if (found[good].path.filename() != page_name()) break;
      files_.push_back(std::move(found[good]));
    }
  }
  resumed_ = files_.size();
  if (files_.empty()) return first();
  return after(files_.back());
}

Step Transfer::first() const {
  if (task_.shape == Shape::AsyncQuery) {
    feeds::Query query = task_.query;
    query.async = true;
    query.limit = feeds::kMaxAsyncRows;
    return {.want = Want::Ask,
            .request = feeds::query_page(endpoints_, query, rows_so_far(), task_.what)};
  }
  feeds::Request request = by_query(task_.shape) ? query_request(0) : task_.request;
  if (!request.file.empty()) {
    std::error_code code;
    request.file = spool_.folder(slug_of(task_)) / task_.name;
    std::filesystem::create_directories(request.file.parent_path(), code);
  }
  return {.want = Want::Ask, .request = std::move(request)};
}

Result<Step> Transfer::after(const SpoolFile& last) const {
  switch (task_.shape) {
    case Shape::File:
    case Shape::JsonFile:
      return Step{.want = Want::Whole};
    case Shape::LinkedPages: {
      if (last.next_url.empty()) return Step{.want = Want::Whole};
      OFFEX_TRY(check_page_count());
      OFFEX_ASSIGN(feeds::Request next, feeds::next_page(endpoints_, task_.request, last.next_url));
      return Step{.want = Want::Ask, .request = std::move(next)};
    }
    case Shape::QueryPages:
    case Shape::AsyncQuery: {
      const std::int64_t rows = rows_so_far();
      if (last.total && rows > *last.total) {
        return damaged(task_, fmt::format("{} rows came, and the API tells of {}: the data changed "
                                          "while it was read",
                                          rows, *last.total));
      }
      if (last.total && rows == *last.total) return Step{.want = Want::Whole};
      OFFEX_TRY(check_page_count());
      if (task_.shape == Shape::AsyncQuery) return first();
      return Step{.want = Want::Ask, .request = query_request(rows)};
    }
  }
  return Step{.want = Want::Whole};
}

Result<Step> Transfer::take(const feeds::Request& asked, const feeds::Reply& reply,
                            market::Instant now) {
  switch (task_.shape) {
    case Shape::File:
    case Shape::JsonFile:
      return take_file(asked, reply, now);
    case Shape::QueryPages:
      return take_query_page(asked, reply, now);
    case Shape::LinkedPages:
      return take_linked_page(asked, reply, now);
    case Shape::AsyncQuery:
      return take_async(asked, reply, now);
  }
  return Step{.want = Want::None};
}

Result<Step> Transfer::take_file(const feeds::Request& asked, const feeds::Reply& reply,
                                 market::Instant now) {
  if (reply.kind != feeds::ReplyKind::Body) return Step{.want = Want::None};
  SpoolFile about;
  if (task_.shape == Shape::JsonFile) {
    OFFEX_ASSIGN(const formats::PageFacts facts, facts_of_page(task_, reply));
    if (facts.rows == 0) return Step{.want = Want::None};
    about.rows = facts.rows;
  }
  OFFEX_ASSIGN(SpoolFile kept, keep(task_.name, asked, reply, now, std::move(about)));
  files_ = {std::move(kept)};
  return Step{.want = Want::Whole};
}

Result<Step> Transfer::take_query_page(const feeds::Request& asked, const feeds::Reply& reply,
                                       market::Instant now) {
  const std::int64_t before = rows_so_far();
  SpoolFile about;
  if (reply.kind == feeds::ReplyKind::Body) {
    OFFEX_TRY(check_offset(reply));
    OFFEX_ASSIGN(const formats::PageFacts facts, facts_of_page(task_, reply));
    about.rows = facts.rows;
  }
  const std::optional<std::int64_t> total = reply.record_total ? reply.record_total
                                            : files_.empty()   ? std::nullopt
                                                               : files_.back().total;
  if (!files_.empty() && files_.back().total && total != files_.back().total) {
    return damaged(task_, fmt::format("the API told of {} rows, and now of {}: the data changed "
                                      "while it was read",
                                      *files_.back().total, *total));
  }
  if (about.rows == 0) {
    if (total && before < *total) {
      return damaged(task_, fmt::format("the answer ends after {} of {} rows", before, *total));
    }
    return Step{.want = before == 0 ? Want::None : Want::Whole};
  }
  about.total = total;
  return keep_page(asked, reply, now, std::move(about));
}

Result<Step> Transfer::take_linked_page(const feeds::Request& asked, const feeds::Reply& reply,
                                        market::Instant now) {
  SpoolFile about;
  if (reply.kind == feeds::ReplyKind::Body) {
    OFFEX_ASSIGN(const formats::PageFacts facts, facts_of_page(task_, reply));
    about.rows = facts.rows;
    about.next_url = feeds::public_url(facts.next_url);
  }
  // A last page may be empty; an empty page that names another one leads nowhere.
  if (about.rows == 0) {
    return Step{.want = files_.empty() ? Want::None : Want::Whole};
  }
  return keep_page(asked, reply, now, std::move(about));
}

// Ask, look until a link is told, fetch what it leads to. Which of the three a reply belongs to
// shows in the request that it answers.
Result<Step> Transfer::take_async(const feeds::Request& asked, const feeds::Reply& reply,
                                  market::Instant now) {
  if (reply.kind == feeds::ReplyKind::Empty) {
    return Step{.want = files_.empty() ? Want::None : Want::Whole};
  }
  if (++looks_ > kMostLooks) {
    return fail(base::ErrorCode::Upstream,
                fmt::format("{}: the asynchronous request is not done after {} looks", task_.what,
                            kMostLooks));
  }
  if (reply.kind == feeds::ReplyKind::Accepted) {
    // The address of the data itself answers anything but a POST with all rows there are.
    if (reply.location.empty() && asked.method == feeds::Method::Post) {
      return damaged(task_, "the request was accepted, and no address to look at was told");
    }
    const std::string& url = reply.location.empty() ? asked.url : reply.location;
    return Step{.want = Want::Later, .request = feeds::async_status(endpoints_, url, task_.what)};
  }
  if (const auto status = formats::async_status(reply.body)) {
    if (status->link.empty() && has_failed(status->status)) {
      return fail(base::ErrorCode::Upstream, fmt::format("{}: the asynchronous request ended as {}",
                                                         task_.what, status->status));
    }
    const std::string& url = status->link.empty() ? asked.url : status->link;
    return Step{.want = status->link.empty() ? Want::Later : Want::Ask,
                .request = feeds::async_status(endpoints_, url, task_.what)};
  }
  OFFEX_ASSIGN(const formats::PageFacts facts, facts_of_page(task_, reply));
  if (facts.rows == 0) return Step{.want = files_.empty() ? Want::None : Want::Whole};
  SpoolFile about;
  about.rows = facts.rows;
  OFFEX_TRY(check_offset(reply));
  about.total = reply.record_total;
  // A part that is not full is the last one, where no total is told; but rows in answer to the POST
  // are a page, and the wish for more was ignored.
  if (!about.total && asked.method == feeds::Method::Get && facts.rows < feeds::kMaxAsyncRows) {
    about.total = rows_so_far() + facts.rows;
  }
  return keep_page(asked, reply, now, std::move(about));
}

Result<SpoolFile> Transfer::keep(const std::string& name, const feeds::Request& asked,
                                 const feeds::Reply& reply, market::Instant now,
                                 SpoolFile about) const {
  about.question = question_;
  about.url = feeds::public_url(asked.url);
  about.etag = reply.etag;
  about.last_modified = reply.last_modified;
  about.published_at = reply.published_at;
  about.received_at = now;
  if (asked.file.empty()) return spool_.keep(slug_of(task_), name, reply.body, std::move(about));
  about.path = asked.file;
  OFFEX_TRY(measure(about));
  OFFEX_TRY(spool_.describe(about));
  return about;
}

// A page that leads nowhere is forgotten again, so that it can be asked for once more.
Result<Step> Transfer::keep_page(const feeds::Request& asked, const feeds::Reply& reply,
                                 market::Instant now, SpoolFile about) {
  OFFEX_ASSIGN(SpoolFile kept, keep(page_name(), asked, reply, now, std::move(about)));
  files_.push_back(std::move(kept));
  auto step = after(files_.back());
  if (!step && step.error().code == base::ErrorCode::Integrity) {
    spool_.forget(files_.back());
    files_.pop_back();
  }
  return step;
}

Result<void> Transfer::check_offset(const feeds::Reply& reply) const {
  if (!reply.record_offset || *reply.record_offset == rows_so_far()) return {};
  return damaged(task_, fmt::format("the page begins at row {}, asked for was row {}",
                                    *reply.record_offset, rows_so_far()));
}

Result<void> Transfer::check_page_count() const {
  if (files_.size() < max_pages_ && rows_so_far() <= feeds::kMaxOffset) return {};
  if (files_.size() < max_pages_ && !by_query(task_.shape)) return {};
  return fail(base::ErrorCode::Upstream,
              fmt::format("{}: the limit of pages was reached after {} pages and {} rows, and the "
                          "answer goes on",
                          task_.what, files_.size(), rows_so_far()));
}

Bundle Transfer::bundle() const {
  Bundle out;
  if (task_.archive) out.archive_name = task_.name + ".zip";
  for (const SpoolFile& file : files_) {
    out.inputs.push_back(
        {.file = {.path = file.path, .named = true},
         .origin = Origin{.url = file.url, .etag = file.etag, .published_at = file.published_at}});
    if (task_.known_when_fetched) out.known_from = file.received_at;
  }
  return out;
}

void Transfer::reset() {
  files_.clear();
  resumed_ = 0;
  spool_.drop(slug_of(task_));
}

feeds::Request Transfer::query_request(std::int64_t offset) const {
  return feeds::query_page(endpoints_, task_.query, offset, task_.what);
}

std::int64_t Transfer::rows_so_far() const {
  return std::accumulate(files_.begin(), files_.end(), std::int64_t{0},
                         [](std::int64_t sum, const SpoolFile& file) { return sum + file.rows; });
}

std::string Transfer::page_name() const {
  return fmt::format("{}_{:04}.json", task_.name, files_.size() + 1);
}

}  // namespace offex::ingest
