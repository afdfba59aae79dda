-- scan_hit rv/1.0.0: columns and types of the metric catalogue (docs/metrics.md).
--
-- Written by `OFFEX_UPDATE_GOLDEN=1 offex_publish_tests`; do not edit. May be run again, and adds what is missing.

create table if not exists scan_hit (
  "trade_date" date not null,
  "symbol" text not null,
  "inference_version" text not null,
  primary key (trade_date, symbol, inference_version)
);

alter table scan_hit
  add column if not exists "rank" integer,
  add column if not exists "tag" text,
  add column if not exists "grade" text,
  add column if not exists "z_r" double precision,
  add column if not exists "z_v" double precision,
  add column if not exists "z_p" double precision,
  add column if not exists "p_o" double precision,
  add column if not exists "q_o" double precision,
  add column if not exists "p_r" double precision,
  add column if not exists "q_r" double precision,
  add column if not exists "p_v" double precision,
  add column if not exists "q_v" double precision,
  add column if not exists "p_j" double precision,
  add column if not exists "q_j" double precision,
  add column if not exists "p_p" double precision,
  add column if not exists "q_p" double precision,
  add column if not exists "short_ratio" double precision,
  add column if not exists "expected_ratio" double precision,
  add column if not exists "multiple" double precision,
  add column if not exists "z_r_change" double precision,
  add column if not exists "streak" integer,
  add column if not exists "history" integer,
  add column if not exists "baseline_shares" double precision,
  add column if not exists "total_volume" numeric(18,6),
  add column if not exists "dollar_volume" double precision,
  add column if not exists "close" numeric(18,9),
  add column if not exists "status" text,
  add column if not exists "after_break" boolean,
  add column if not exists "split_known" boolean,
  add column if not exists "split_suggested" double precision,
  add column if not exists "control_1" text,
  add column if not exists "control_2" text,
  add column if not exists "control_3" text;

create index if not exists scan_hit_symbol on scan_hit (symbol, trade_date);

comment on table scan_hit is 'What every evening''s scan found: the first 50 names and all with q_o at most the false discovery rate, each with three names to hold it against.';
comment on column scan_hit."trade_date" is 'session of the row';
comment on column scan_hit."symbol" is 'the security; views show it as `symbol`';
comment on column scan_hit."inference_version" is 'rv/1.0.0+ and the fingerprint of the parameters';
comment on column scan_hit."rank" is 'place in the order of p_o, of all names tested';
comment on column scan_hit."tag" is 'SURGE: z_v >= 1.5; SHORT and LONG: z_r >= 1.5 and <= -1.5; both, or NONE; SHORT and LONG describe the reported mix, not an opinion';
comment on column scan_hit."grade" is 'history: A from 20 sessions, B from 10, C from 5, X below';
comment on column scan_hit."z_r" is 'surprise of the short ratio given the surprise of volume; a normal score: comparable between names and histories; no direction of price follows from it';
comment on column scan_hit."z_v" is 'surprise of the off-exchange volume; a normal score: comparable between names and histories; no direction of price follows from it';
comment on column scan_hit."z_p" is 'decayed sum of clipped z_r, memory of about three sessions; a normal score: comparable between names and histories; no direction of price follows from it';
comment on column scan_hit."p_o" is 'Cauchy combination of p_r, p_v and p_j';
comment on column scan_hit."q_o" is 'Benjamini-Hochberg q-value of p_o in the default family; of the names with a q-value this small or smaller, this part is expected to be chance';
comment on column scan_hit."p_r" is 'two-sided p-value of z_r over its empirical scale';
comment on column scan_hit."q_r" is 'q-value of p_r';
comment on column scan_hit."p_v" is 'one-sided p-value of z_v over its empirical scale: surges only';
comment on column scan_hit."q_v" is 'q-value of p_v';
comment on column scan_hit."p_j" is 'p-value of z_r^2 + max(z_v, 0)^2, exact under independent normal scores';
comment on column scan_hit."q_j" is 'q-value of p_j';
comment on column scan_hit."p_p" is 'two-sided p-value of z_p over its empirical scale';
comment on column scan_hit."q_p" is 'q-value of p_p';
comment on column scan_hit."short_ratio" is '[ratio] short volume / total volume; of: total_volume';
comment on column scan_hit."expected_ratio" is '[ratio] what the sessions before let expect, common shift of the day included; of: total_volume';
comment on column scan_hit."multiple" is '[times] total volume / what the sessions before let expect, common shift taken out';
comment on column scan_hit."z_r_change" is 'z_r less that of the session before; null where one of them is missing';
comment on column scan_hit."streak" is '[sessions] sessions in a row with a tag, this one included';
comment on column scan_hit."history" is '[sessions] sessions taken in before this one';
comment on column scan_hit."baseline_shares" is '[shares] usual off-exchange volume, from the sessions before';
comment on column scan_hit."total_volume" is '[shares] off-exchange volume of the day';
comment on column scan_hit."dollar_volume" is '[dollars] mean of close x consolidated volume over the 20 sessions before';
comment on column scan_hit."close" is '[dollars] close of the day, unadjusted';
comment on column scan_hit."status" is 'OK; PARTIAL: the file has under 0.97 of the usual rows or half of the usual shares; a partial session is scored and not learnt from';
comment on column scan_hit."after_break" is 'at most 20 sessions after volumes changed their meaning';
comment on column scan_hit."split_known" is 'a split took effect that day and the baseline moved along';
comment on column scan_hit."split_suggested" is 'share factor that open / previous close suggests; SPLIT?: not known as a split; the surge may be nothing else';
comment on column scan_hit."control_1" is 'a name without a tag on that session whose baseline of shares is nearest; what the outcome of the hit is held against; null where there is none left';
comment on column scan_hit."control_2" is 'a name without a tag on that session whose baseline of shares is nearest; what the outcome of the hit is held against; null where there is none left';
comment on column scan_hit."control_3" is 'a name without a tag on that session whose baseline of shares is nearest; what the outcome of the hit is held against; null where there is none left';

-- Row-level security, as for daily_features.
alter table scan_hit enable row level security;
do $$
begin
  if exists (select from pg_roles where rolname = 'authenticated')
    and not exists (
      select from pg_policies where schemaname = current_schema() and tablename = 'scan_hit'
    )
  then
    create policy scan_hit_read on scan_hit for select to authenticated using (true);
  end if;
end
$$;
