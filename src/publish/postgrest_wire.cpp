#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "offex/formats/json_rows.hpp"

#include "publish/postgrest_wire_internal.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;
using columns::Batch;

/// Rows that a question still has to bring.
struct Span {
  std::size_t question{0};
  std::size_t first{0};
  std::size_t count{feeds::kPostgrestRows};
  bool open{true};     ///< goes on behind its end until a page is empty
  unsigned broken{0};  ///< pages that came and were no rows
};

// A body that was cut in silence is asked for again.
constexpr unsigned kMostBroken = 3;

Batch empty_like(const Batch& header) {
  Batch out;
  for (const columns::Column& column : header.columns()) {
    out.add(columns::Column{column.name(), column.type()});
  }
  return out;
}

/// The pages of a read that are still to be asked for.
class Pages {
 public:
  Pages(const feeds::FeedSettings& settings, std::string_view table,
        std::vector<feeds::PostgrestQuery> questions, const Batch& header)
      : settings_{settings}, table_{table}, questions_{std::move(questions)}, header_{header} {
    for (feeds::PostgrestQuery& question : questions_) {
      question.columns.clear();
      for (const columns::Column& column : header.columns()) {
        question.columns.push_back(column.name());
      }
    }
    for (std::size_t i = 0; i < questions_.size(); ++i) waiting_.push_back({.question = i});
  }

  std::optional<PostgrestWire::Numbered> next() {
    if (waiting_.empty()) return std::nullopt;
    const std::uint64_t number = asked_.size();
    asked_.push_back(waiting_.front());
    waiting_.pop_front();
    const Span& span = asked_.back();
    feeds::PostgrestQuery query = questions_[span.question];
    query.offset = span.first;
    query.limit = span.count;
    query.count = span.open && span.first == 0;
    return PostgrestWire::Numbered{number, feeds::postgrest_select(settings_, table_, query)};
  }

  Result<void> take(std::uint64_t number, const feeds::Reply& reply,
                    const PostgrestWire::Visit& visit) {
    Span span = asked_[number];
    Batch rows = empty_like(header_);
    if (reply.kind == feeds::ReplyKind::Body) {
      if (auto read = formats::read_json_rows(reply.body, rows); !read) {
        if (++span.broken >= kMostBroken) return refuse(read.error());
        waiting_.push_front(span);
        return {};
      }
    }
    const std::size_t came = rows.num_rows();
    if (came > span.count || (came > 0 && reply.record_offset &&
                              *reply.record_offset != static_cast<std::int64_t>(span.first))) {
      return fail(ErrorCode::Upstream,
                  fmt::format("rows of {}: the server does not give the rows that it is asked for "
                              "(offset {}, limit {})",
                              table_, span.first, span.count));
    }
    if (came > 0) OFFEX_TRY(visit(rows));
    go_on(span, came, reply.record_total);
    return {};
  }

 private:
  void go_on(const Span& span, std::size_t came, std::optional<std::int64_t> total) {
    if (came == 0) return;
    const std::size_t next = span.first + came;
    if (!span.open) {
      if (came < span.count) {
        waiting_.push_back(
            {.question = span.question, .first = next, .count = span.count - came, .open = false});
      }
      return;
    }
    if (!total) {
      waiting_.push_back({.question = span.question, .first = next});
      return;
    }
    // Pages are as long as this one was: several can be asked for at a time.
    const auto end = static_cast<std::size_t>(std::max<std::int64_t>(*total, 0));
    for (std::size_t first = next; first < end; first += came) {
      waiting_.push_back({.question = span.question,
                          .first = first,
                          .count = std::min(came, end - first),
                          .open = false});
    }
  }

  [[nodiscard]] std::unexpected<base::Error> refuse(base::Error error) const {
    error.message = fmt::format("rows of {} cannot be read back: {}", table_, error.message);
    return std::unexpected{std::move(error)};
  }

  const feeds::FeedSettings& settings_;
  std::string_view table_;
  std::vector<feeds::PostgrestQuery> questions_;
  const Batch& header_;
  std::deque<Span> waiting_;
  std::vector<Span> asked_;  // by number
};

}  // namespace

PostgrestWire::PostgrestWire(feeds::FeedSettings settings, base::LogSink* log)
    : settings_{std::move(settings)}, log_{log} {
  renew();
}

void PostgrestWire::renew() { client_ = std::make_unique<feeds::Client>(settings_, log_); }

Result<void> PostgrestWire::run(const Next& next, const Done& done) {
  // Some more than go out at once, so that no connection waits for us.
  const std::size_t most = 2 * std::max<std::size_t>(settings_.limits.connections, 1);
  std::size_t flying = 0;
  while (true) {
    for (; flying < most; ++flying) {
      auto request = next();
      if (!request) break;
      client_->submit(request->first, std::move(request->second));
    }
    if (flying == 0) return {};
    auto finished = client_->take();
    if (!finished) continue;
    --flying;
    Result<void> outcome = finished->reply
                               ? done(finished->id, std::move(*finished->reply))
                               : Result<void>{std::unexpected{std::move(finished->reply).error()}};
    if (!outcome) {
      renew();  // the others end
      return outcome;
    }
  }
}

Result<feeds::Reply> PostgrestWire::ask(feeds::Request request) {
  return client_->ask(std::move(request));
}

Result<void> PostgrestWire::read(std::string_view table,
                                 std::vector<feeds::PostgrestQuery> questions, const Batch& header,
                                 const Visit& visit) {
  Pages pages{settings_, table, std::move(questions), header};
  return run([&] { return pages.next(); },
             [&](std::uint64_t number, const feeds::Reply& reply) {
               return pages.take(number, reply, visit);
             });
}

}  // namespace offex::publish
