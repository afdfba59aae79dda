#include "store/schema_steps_internal.hpp"

// Step 2: the ledger of the upstreams.
namespace offex::store {

namespace {

// No index: a batch replaces its entries by one join, which is faster than to keep an index true.
constexpr std::string_view kLedger = R"sql(
CREATE TABLE sync_ledger (
  source VARCHAR NOT NULL, dataset VARCHAR NOT NULL, key_date DATE, scope VARCHAR NOT NULL,
  state VARCHAR NOT NULL, reason VARCHAR NOT NULL, checked_at TIMESTAMP NOT NULL,
  retry_at TIMESTAMP, attempts BIGINT NOT NULL, url VARCHAR NOT NULL, etag VARCHAR NOT NULL,
  last_modified VARCHAR NOT NULL, sha256 VARCHAR NOT NULL);
CREATE VIEW sync_status AS
  SELECT source, dataset, key_date, scope, state, nullif(reason, '') AS reason, checked_at,
         retry_at, attempts, nullif(url, '') AS url
  FROM sync_ledger ORDER BY source, dataset, key_date NULLS FIRST, scope;
)sql";

}  // namespace

std::string_view step2_ledger() { return kLedger; }

}  // namespace offex::store
