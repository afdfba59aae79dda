#include "offex/store/writer.hpp"

#include <utility>

#include "offex/base/check.hpp"

#include "store/files_internal.hpp"
#include "store/schema_internal.hpp"
#include "store/writer_internal.hpp"

namespace offex::store {

Writer::Impl::Impl(StoreOptions options, StoreLock lock)
    : options_{std::move(options)}, paths_{options_.home}, lock_{std::move(lock)} {}

Result<void> Writer::Impl::open() {
  std::error_code ignored;
  const bool fresh = !std::filesystem::exists(paths_.database, ignored);
  if (fresh) {
    OFFEX_TRY(mark_stale(paths_));
  }
  OFFEX_ASSIGN(database_,
               engine::open_database(paths_.database.string(), {.threads = options_.threads}));
  OFFEX_ASSIGN(connection_, engine::Connection::open(database_.get()));
  OFFEX_TRY(check_schema(connection_));
  OFFEX_ASSIGN(const int step, schema_step(connection_));
  if (step == 0) {
    OFFEX_TRY(mark_stale(paths_));
    changed_ = true;
    OFFEX_ASSIGN([[maybe_unused]] const int steps, migrate(connection_, *options_.clock));
  } else if (step < newest_schema_step()) {
    OFFEX_TRY(migrate_and_publish());
  }
  OFFEX_TRY(names_.load(connection_));
  OFFEX_TRY(book_.load(connection_));
  reader_ = std::make_unique<Reader>(
      Reader{std::make_unique<Reader::Impl>(connection_, [this]() -> Result<void> {
        OFFEX_TRY(flush_appenders());
        return flush_ledger();
      })});
  return {};
}

// Readers of this program want the newest schema, and this writer may be at work for an hour.
Result<void> Writer::Impl::migrate_and_publish() {
  OFFEX_TRY(mark_stale(paths_));
  connection_ = engine::Connection{};
  database_.reset();
  OFFEX_TRY(recover_and_publish(options_, paths_));
  OFFEX_ASSIGN(database_,
               engine::open_database(paths_.database.string(), {.threads = options_.threads}));
  OFFEX_ASSIGN(connection_, engine::Connection::open(database_.get()));
  return {};
}

Result<void> Writer::Impl::close() {
  if (!connection_) {
    return {};
  }
  rollback();
  reader_.reset();
  appenders_.clear();
  auto checkpointed = connection_.run("CHECKPOINT");
  connection_ = engine::Connection{};
  database_.reset();
  if (!checkpointed) {
    lock_.release();
    return checkpointed;
  }
  Result<void> published{};
  // A stale mark without a change of ours was left by a killed writer.
  if (changed_ || is_stale(paths_)) {
    published = publish(paths_);
  }
  lock_.release();
  return published;
}

Result<void> Writer::Impl::begin() {
  if (in_batch_) {
    return fail(base::ErrorCode::Internal, "a batch is open already");
  }
  OFFEX_TRY(mark_stale(paths_));
  OFFEX_TRY(connection_.run("BEGIN"));
  in_batch_ = true;
  return {};
}

Result<void> Writer::Impl::commit() {
  if (!in_batch_) {
    return fail(base::ErrorCode::Internal, "no batch is open");
  }
  Result<void> done{};
  if (doomed_) {
    done = std::unexpected{*doomed_};
  } else {
    done = flush_appenders();
  }
  if (done) {
    done = flush_ledger();
  }
  if (done) {
    done = connection_.run("COMMIT");
  }
  if (!done) {
    rollback();
    return done;
  }
  in_batch_ = false;
  changed_ = true;
  return {};
}

void Writer::Impl::rollback() {
  if (!in_batch_) {
    return;
  }
  appenders_.clear();  // what they still hold goes into the transaction that ends here
  fresh_ledger_.clear();
  [[maybe_unused]] const auto undone = connection_.run("ROLLBACK");
  in_batch_ = false;
  doomed_.reset();
  // A failure to read them back would leave codes that no table knows.
  OFFEX_CHECK(names_.load(connection_).has_value());
  OFFEX_CHECK(book_.load(connection_).has_value());
}

Result<void> Writer::Impl::in_transaction(const std::function<Result<void>()>& work) {
  if (doomed_) {
    return std::unexpected{*doomed_};
  }
  if (!in_batch_) {
    OFFEX_TRY(begin());
    if (auto done = work(); !done) {
      rollback();
      return done;
    }
    return commit();
  }
  auto done = work();
  if (!done) {
    doomed_ = done.error();
  }
  return done;
}

Result<engine::Appender*> Writer::Impl::appender(const std::string& table) {
  auto found = appenders_.find(table);
  if (found == appenders_.end()) {
    OFFEX_ASSIGN(engine::Appender fresh, engine::Appender::open(connection_, table));
    found = appenders_.emplace(table, std::move(fresh)).first;
  }
  return &found->second;
}

Result<void> Writer::Impl::flush_appenders() {
  for (auto& [table, open] : appenders_) {
    OFFEX_TRY(open.flush());
  }
  return {};
}

std::int64_t Writer::Impl::now_micros() const {
  return engine::to_micros(market::Instant::from_nanos(options_.clock->now_nanos()));
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() {
  if (impl_) {
    [[maybe_unused]] const auto closed = impl_->close();  // who wants to know calls close()
  }
}

Result<Writer> Writer::open(const StoreOptions& options, std::string_view purpose) {
  OFFEX_CHECK(options.clock != nullptr);
  OFFEX_TRY(make_folder(options.home));
  OFFEX_ASSIGN(StoreLock lock,
               StoreLock::acquire(options.home, purpose,
                                  market::Instant::from_nanos(options.clock->now_nanos())));
  auto impl = std::make_unique<Impl>(options, std::move(lock));
  OFFEX_TRY(impl->open());
  return Writer{std::move(impl)};
}

bool Writer::knows(const FileIdentity& file) const { return impl_->book().knows(file); }
std::vector<FileIdentity> Writer::known_files() const { return impl_->book().files(); }
std::vector<FileIdentity> Writer::stored_files() const { return impl_->book().seen_files(); }
Result<void> Writer::begin() { return impl_->begin(); }
Result<void> Writer::commit() { return impl_->commit(); }
void Writer::rollback() { impl_->rollback(); }

Result<PutResult> Writer::put(const SourceFile& source, std::span<const FactRows> parts,
                              std::span<const Reject> rejects) {
  return impl_->put(source, parts, rejects);
}

Result<PutResult> Writer::put_tape(const SourceFile& source, const TapeFile& file,
                                   std::string_view text_sha256) {
  return impl_->put_tape(source, file, text_sha256);
}

Result<void> Writer::ensure_derived(const DerivedTable& table) {
  return impl_->ensure_derived(table);
}

Result<std::uint64_t> Writer::replace_derived(
    const DerivedTable& table, const BuildState& state, std::optional<market::DayRange> days,
    const std::function<Result<void>(const BatchSink&)>& produce) {
  return impl_->replace_derived(table, state, days, produce);
}

const Reader& Writer::reader() const { return impl_->reader(); }
Result<void> Writer::close() { return impl_->close(); }

}  // namespace offex::store
