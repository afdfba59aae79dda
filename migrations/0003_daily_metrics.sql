-- daily_metrics v2: columns and types of the metric catalogue (docs/metrics.md).
--
-- Written by `OFFEX_UPDATE_GOLDEN=1 offex_publish_tests`; do not edit. May be run again, and adds what is missing.

create table if not exists daily_metrics (
  "trade_date" date not null,
  "symbol" text not null,
  "inference_version" text not null,
  primary key (trade_date, symbol, inference_version)
);

alter table daily_metrics
  add column if not exists "short_volume" numeric(18,6),
  add column if not exists "short_exempt_volume" numeric(18,6),
  add column if not exists "total_volume" numeric(18,6),
  add column if not exists "short_ratio" double precision,
  add column if not exists "short_exempt_ratio" double precision,
  add column if not exists "short_of_consolidated" double precision,
  add column if not exists "offex_share" double precision,
  add column if not exists "net_short_volume" numeric(18,6),
  add column if not exists "short_ratio_z" double precision,
  add column if not exists "offex_share_z" double precision,
  add column if not exists "total_volume_z" double precision,
  add column if not exists "open" numeric(18,9),
  add column if not exists "high" numeric(18,9),
  add column if not exists "low" numeric(18,9),
  add column if not exists "close" numeric(18,9),
  add column if not exists "vwap" numeric(18,9),
  add column if not exists "volume" numeric(18,6),
  add column if not exists "return_1d" double precision,
  add column if not exists "return_z" double precision,
  add column if not exists "range_pct" double precision,
  add column if not exists "lit_buy_volume" numeric(18,6),
  add column if not exists "lit_sell_volume" numeric(18,6),
  add column if not exists "lit_buy_ratio" double precision,
  add column if not exists "lit_flow_imbalance" double precision,
  add column if not exists "lit_flow_imbalance_z" double precision,
  add column if not exists "has_short" boolean,
  add column if not exists "has_lit" boolean,
  add column if not exists "has_price" boolean,
  add column if not exists "short_source" text,
  add column if not exists "short_ratio_denominator_type" text,
  add column if not exists "short_ratio_denominator_value" numeric(18,6),
  add column if not exists "baseline_break" boolean,
  add column if not exists "data_quality" text;

create index if not exists daily_metrics_symbol on daily_metrics (symbol, trade_date);

comment on table daily_metrics is 'One row for each symbol and session with a short-sale row, a bar or a lit row. Baselines exclude the day they judge; every ratio lies between 0 and 1 or is null.';
comment on column daily_metrics."trade_date" is 'session of the row';
comment on column daily_metrics."symbol" is 'the security; views show it as `symbol`; a row exists where the day has a short row, a bar or a lit row';
comment on column daily_metrics."short_volume" is '[shares] volume marked short, short-exempt included; a flow of one day''s trades; not short interest, and not bearish by itself';
comment on column daily_metrics."short_exempt_volume" is '[shares] volume marked short-exempt; already part of short volume; absent before 2011-02-28';
comment on column daily_metrics."total_volume" is '[shares] off-exchange volume that FINRA''s files report; 09:30 to 16:00, media-reported trades only; missing when a facility''s is';
comment on column daily_metrics."short_ratio" is '[ratio] short volume / total volume; of: total_volume (FINRA facility total); null when the total is missing or 0; the seed calls it short_vol_share';
comment on column daily_metrics."short_exempt_ratio" is '[ratio] short-exempt volume / total volume; of: total_volume (FINRA facility total); the seed calls it short_exempt_share';
comment on column daily_metrics."short_of_consolidated" is '[ratio] short volume / consolidated volume; of: volume (consolidated, all hours); the numerator covers 09:30 to 16:00, the denominator all hours';
comment on column daily_metrics."offex_share" is '[ratio] FINRA total volume / consolidated volume; of: volume (consolidated, all hours); understates: the total covers 09:30 to 16:00, the denominator all hours; null when the total is larger';
comment on column daily_metrics."net_short_volume" is '[shares] 2 x short volume - total volume; not a position; may be negative';
comment on column daily_metrics."short_ratio_z" is '[z] (value - mean) / population standard deviation of the 20 sessions before; at least 15 values; null when all are equal';
comment on column daily_metrics."offex_share_z" is '[z] (value - mean) / population standard deviation of the 20 sessions before; at least 15 values; null when all are equal';
comment on column daily_metrics."total_volume_z" is '[z] (value - mean) / population standard deviation of the 20 sessions before; at least 15 values; null when all are equal; of the logarithm, because volumes are skewed';
comment on column daily_metrics."open" is '[USD] first price of the bar; not adjusted';
comment on column daily_metrics."high" is '[USD] highest price of the bar; not adjusted';
comment on column daily_metrics."low" is '[USD] lowest price of the bar; not adjusted';
comment on column daily_metrics."close" is '[USD] last price of the bar; not adjusted';
comment on column daily_metrics."vwap" is '[USD] volume-weighted price of the bar; not adjusted';
comment on column daily_metrics."volume" is '[shares] consolidated volume of all hours; already holds the off-exchange volume';
comment on column daily_metrics."return_1d" is '[ratio] close / close of the previous session - 1; of: the previous session''s close; null when the previous session has no bar; a split shows as a return';
comment on column daily_metrics."return_z" is '[z] (value - mean) / population standard deviation of the 20 sessions before; at least 15 values; null when all are equal';
comment on column daily_metrics."range_pct" is '[ratio] (high - low) / close; of: close; a fraction in spite of its name';
comment on column daily_metrics."lit_buy_volume" is '[shares] volume classified as buys; inferred from lit trades, not observed; null in daily mode';
comment on column daily_metrics."lit_sell_volume" is '[shares] volume classified as sells; inferred from lit trades, not observed; null in daily mode';
comment on column daily_metrics."lit_buy_ratio" is '[ratio] lit buys / (lit buys + lit sells); of: lit buys + lit sells; null below 10,000 classified shares';
comment on column daily_metrics."lit_flow_imbalance" is '[ratio -1..1] (lit buys - lit sells) / (lit buys + lit sells); of: lit buys + lit sells; null below 10,000 classified shares';
comment on column daily_metrics."lit_flow_imbalance_z" is '[z] (value - mean) / population standard deviation of the 20 sessions before; at least 15 values; null when all are equal';
comment on column daily_metrics."has_short" is 'the day has a short-sale row';
comment on column daily_metrics."has_lit" is 'the day has a lit row';
comment on column daily_metrics."has_price" is 'the day has a bar with a close';
comment on column daily_metrics."short_source" is 'CNMS, or FACILITIES where the sum of the NMS facilities stands in; the consolidated file starts on 2018-08-01';
comment on column daily_metrics."short_ratio_denominator_type" is 'FINRA_TOTAL where short_ratio is present; never falls back to another volume';
comment on column daily_metrics."short_ratio_denominator_value" is '[shares] the volume that short_ratio divides by';
comment on column daily_metrics."baseline_break" is 'true on 2026-02-23 and the 20 sessions after it: the baseline spans the change to fractional volumes; read z-scores of such a day with care';
comment on column daily_metrics."data_quality" is 'the gravest of: TOTAL_ABOVE_CONSOLIDATED, SHORT_ABOVE_TOTAL, TOTAL_MISSING, NO_PRICE, NO_SHORT; else OK; a ratio that the flaw makes impossible is null';
comment on column daily_metrics."inference_version" is 'v2';

-- Row-level security, as for daily_features.
alter table daily_metrics enable row level security;
do $$
begin
  if exists (select from pg_roles where rolname = 'authenticated')
    and not exists (
      select from pg_policies where schemaname = current_schema() and tablename = 'daily_metrics'
    )
  then
    create policy daily_metrics_read on daily_metrics for select to authenticated using (true);
  end if;
end
$$;
