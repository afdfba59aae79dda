#include "store/schema_steps_internal.hpp"

// Step 3: share splits and resets of tickers.
namespace offex::store {

namespace {

constexpr std::string_view kCorporateActions = R"sql(
INSERT INTO dataset_rank VALUES ('corporate_actions', 'corporate_action', 1);
CREATE TABLE fact_corporate_action (
  revision_id INTEGER NOT NULL, effective_date DATE NOT NULL, symbol_code INTEGER NOT NULL,
  raw_code INTEGER NOT NULL, action VARCHAR NOT NULL, factor DOUBLE);
CREATE MACRO ref_corporate_action_at(as_of) AS TABLE
  SELECT f.effective_date, s.symbol, p.symbol_raw, f.action, f.factor
  FROM fact_corporate_action f JOIN revision_used(as_of) r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
CREATE VIEW ref_corporate_action AS FROM ref_corporate_action_at(TIMESTAMP 'infinity');
CREATE VIEW ref_corporate_action_raw AS
  SELECT f.effective_date, s.symbol, p.symbol_raw, f.action, f.factor,
         r.dataset, r.revision_id, r.file_id, r.file_name, r.known_from, r.known_to
  FROM fact_corporate_action f JOIN revision_source r USING (revision_id)
  JOIN symbol_dictionary s ON s.symbol_code = f.symbol_code
  JOIN symbol_spelling p ON p.raw_code = f.raw_code;
)sql";

}  // namespace

std::string_view step3_corporate_actions() { return kCorporateActions; }

}  // namespace offex::store
