#include "offex/store/postgres.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "offex/base/check.hpp"

#include "store/postgres_copy_internal.hpp"
#include "store/postgres_internal.hpp"

namespace offex::store {
namespace {

using base::ErrorCode;
using Clock = std::chrono::steady_clock;

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, CloseConnection>;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Reply = std::unique_ptr<PGresult, ClearResult>;

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string{} : std::string{text};
}

void append_part(std::string& out, const std::string& part) {
  if (!part.empty()) {
    out += (out.empty() ? "" : "; ") + part;
  }
}

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
    text.pop_back();
  }
  std::ranges::replace(text, '\n', ' ');
  return text;
}

bool is_done(ExecStatusType status) {
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

Connection start(const std::string& url) {
  // The last word counts: an address may choose its application_name and how long a peer may be
  // silent, but not the encoding.
  const std::array<const char*, 9> names{"fallback_application_name",
                                         "keepalives",
                                         "keepalives_idle",
                                         "keepalives_interval",
                                         "keepalives_count",
                                         "tcp_user_timeout",
                                         "dbname",
                                         "client_encoding",
                                         nullptr};
  const std::array<const char*, 9> values{"offex", "1",         "30",   "10",   "3",
                                          "60000", url.c_str(), "UTF8", nullptr};
  return Connection{PQconnectStartParams(names.data(), values.data(), 1)};
}

/// Waits until libpq can go on; false when the time is over.
bool wait_for(PGconn* connection, PostgresPollingStatusType wanted, Clock::time_point deadline) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd entry{.fd = PQsocket(connection),
                 .events = static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                 .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::min<long long>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // libpq meets the same failure and names it
  }
}

Result<void> finish_connecting(PGconn* connection, Clock::time_point deadline,
                               const std::string& shown) {
  // Connecting keeps no SQLSTATE: only the verbose message has it.
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);  // else it prints them
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  if (PQstatus(connection) == CONNECTION_BAD) {
    status = PGRES_POLLING_FAILED;
  }
  while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
    if (!wait_for(connection, status, deadline)) {
      return fail(ErrorCode::Upstream, fmt::format("{}: no answer in time", shown));
    }
    status = PQconnectPoll(connection);
  }
  if (status == PGRES_POLLING_OK) {
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    return {};
  }
  const pg::ConnectFailure failure = pg::read_connect_failure(PQerrorMessage(connection));
  const bool password = PQconnectionNeedsPassword(connection) != 0;
  return fail(password ? ErrorCode::Credentials : pg::code_of_sqlstate(failure.sqlstate),
              fmt::format("{}: {}{}", shown, failure.message,
                          failure.sqlstate.empty() ? "" : " (SQLSTATE " + failure.sqlstate + ")"));
}

columns::Batch rows_of(const PGresult* result) {
  columns::Batch out;
  const int rows = PQntuples(result);
  for (int at = 0; at < PQnfields(result); ++at) {
    columns::Column column{PQfname(result, at), columns::Type::Text};
    column.reserve(static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row) {
      if (PQgetisnull(result, row, at) != 0) {
        column.push_missing();
      } else {
        column.push(std::string{PQgetvalue(result, row, at),
                                static_cast<std::size_t>(PQgetlength(result, row, at))});
      }
    }
    out.add(std::move(column));
  }
  return out;
}

std::string copy_statement(std::string_view table, const columns::Batch& rows) {
  std::string names;
  for (const columns::Column& column : rows.columns()) {
    names += (names.empty() ? "" : ", ") + quote_name(column.name());
  }
  return fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", table, names);
}

}  // namespace

class Postgres::Impl {
 public:
  explicit Impl(Connection connection) : connection_{std::move(connection)} {
    PQsetNoticeReceiver(connection_.get(), &Impl::on_notice, this);
  }

  [[nodiscard]] PGconn* get() const { return connection_.get(); }
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }
  [[nodiscard]] std::string take_notices() { return std::exchange(notices_, {}); }

  std::unexpected<base::Error> failed(const PGresult* result) {
    sqlstate_ = result == nullptr ? std::string{} : field(result, PG_DIAG_SQLSTATE);
    std::string message;
    if (result != nullptr) {
      append_part(message, field(result, PG_DIAG_MESSAGE_PRIMARY));
      append_part(message, field(result, PG_DIAG_MESSAGE_DETAIL));
      append_part(message, field(result, PG_DIAG_MESSAGE_HINT));
      append_part(message, field(result, PG_DIAG_CONTEXT));
    }
    if (message.empty()) {
      message = PQerrorMessage(get());
    }
    message = one_line(std::move(message));
    if (!sqlstate_.empty()) {
      message += " (SQLSTATE " + sqlstate_ + ")";
    }
    return fail(pg::code_of_sqlstate(sqlstate_), "PostgreSQL: " + message);
  }

  Result<Reply> checked(PGresult* raw) {
    Reply reply{raw};
    const ExecStatusType status = PQresultStatus(raw);
    if (is_done(status)) return reply;
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      sqlstate_.clear();
      return fail(ErrorCode::Internal, "COPY is no statement to run");  // the next one ends it
    }
    return failed(raw);
  }

  /// Reads what is left of a command and returns the first failure among it.
  Result<std::uint64_t> finish_copy() {
    std::uint64_t rows = 0;
    Result<std::uint64_t> out{rows};
    while (PGresult* raw = PQgetResult(get())) {
      const Reply reply{raw};
      if (!is_done(PQresultStatus(raw))) {
        if (out) {
          out = failed(raw);
        }
        if (PQstatus(get()) == CONNECTION_BAD) break;
        continue;
      }
      const char* tuples = PQcmdTuples(raw);
      std::from_chars(tuples, tuples + std::strlen(tuples), rows);
      if (out) {
        out = rows;
      }
    }
    return out;
  }

 private:
  static void on_notice(void* self, const PGresult* result) {
    std::string& notices = static_cast<Impl*>(self)->notices_;
    const std::string text =
        one_line(field(result, PG_DIAG_SEVERITY) + ": " + field(result, PG_DIAG_MESSAGE_PRIMARY));
    notices += (notices.empty() ? "" : "\n") + text;
  }

  Connection connection_;
  std::string sqlstate_;
  std::string notices_;
};

Postgres::Postgres(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Postgres::Postgres(Postgres&&) noexcept = default;
Postgres& Postgres::operator=(Postgres&&) noexcept = default;
Postgres::~Postgres() = default;

Result<Postgres> Postgres::connect(const std::string& url, std::chrono::seconds timeout) {
  OFFEX_TRY(check_postgres_address(url));
  const std::string shown = public_postgres_url(url);
  const std::chrono::seconds limit{pg::connect_seconds(url, timeout.count())};
  Connection connection = start(url);
  if (connection == nullptr) {
    return fail(ErrorCode::Internal, "no memory for a connection");
  }
  OFFEX_TRY(finish_connecting(connection.get(), Clock::now() + limit, shown));
  return Postgres{std::make_unique<Impl>(std::move(connection))};
}

Result<void> Postgres::run(const std::string& sql) {
  OFFEX_ASSIGN(const Reply done, impl_->checked(PQexec(impl_->get(), sql.c_str())));
  return {};
}

Result<columns::Batch> Postgres::query(const std::string& sql,
                                       std::span<const std::optional<std::string>> parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::optional<std::string>& parameter : parameters) {
    values.push_back(parameter ? parameter->c_str() : nullptr);
  }
  OFFEX_ASSIGN(const Reply reply, impl_->checked(PQexecParams(
                                      impl_->get(), sql.c_str(), static_cast<int>(values.size()),
                                      nullptr, values.data(), nullptr, nullptr, 0)));
  return rows_of(reply.get());
}

Result<std::uint64_t> Postgres::copy_in(std::string_view table, const columns::Batch& rows,
                                        std::size_t first, std::size_t count) {
  OFFEX_CHECK(first <= rows.num_rows());
  if (rows.num_columns() == 0) return 0;
  {
    const Reply begun{PQexec(impl_->get(), copy_statement(table, rows).c_str())};
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return impl_->failed(begun.get());
  }
  pg::CopyEncoder encoder{rows, first, std::min(count, rows.num_rows() - first)};
  std::string chunk;
  while (true) {
    const Result<bool> more = encoder.next(chunk);
    if (!more) {
      PQputCopyEnd(impl_->get(), "the rows cannot be sent");
      // The server only repeats that.
      [[maybe_unused]] const auto said = impl_->finish_copy();
      return std::unexpected{more.error()};
    }
    if (!*more || PQputCopyData(impl_->get(), chunk.data(), static_cast<int>(chunk.size())) != 1) {
      break;  // a broken connection shows below, with the server's last words if there are any
    }
  }
  if (PQputCopyEnd(impl_->get(), nullptr) != 1) {
    auto said = impl_->finish_copy();
    return said ? Result<std::uint64_t>{impl_->failed(nullptr)} : said;
  }
  return impl_->finish_copy();
}

const std::string& Postgres::sqlstate() const { return impl_->sqlstate(); }
std::string Postgres::take_notices() { return impl_->take_notices(); }

}  // namespace offex::store
