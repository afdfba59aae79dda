-- macro_daily rv/1.0.0: columns and types of the metric catalogue (docs/metrics.md).
--
-- Written by `OFFEX_UPDATE_GOLDEN=1 offex_publish_tests`; do not edit. May be run again, and adds what is missing.

create table if not exists macro_daily (
  "trade_date" date not null,
  "group_kind" text not null,
  "group_name" text not null,
  "inference_version" text not null,
  primary key (trade_date, group_kind, group_name, inference_version)
);

alter table macro_daily
  add column if not exists "session_status" text,
  add column if not exists "after_break" boolean,
  add column if not exists "names" integer,
  add column if not exists "breadth" double precision,
  add column if not exists "breadth_z" double precision,
  add column if not exists "breadth_se" double precision,
  add column if not exists "volume_breadth" double precision,
  add column if not exists "volume_breadth_z" double precision,
  add column if not exists "extreme_breadth" double precision,
  add column if not exists "common_r" double precision,
  add column if not exists "common_r_z" double precision,
  add column if not exists "common_r_se" double precision,
  add column if not exists "common_v" double precision,
  add column if not exists "common_v_z" double precision,
  add column if not exists "common_v_se" double precision,
  add column if not exists "dispersion_r" double precision,
  add column if not exists "dispersion_r_z" double precision,
  add column if not exists "dispersion_v" double precision,
  add column if not exists "dispersion_v_z" double precision,
  add column if not exists "surge_share" double precision,
  add column if not exists "surge_share_z" double precision,
  add column if not exists "discoveries" integer,
  add column if not exists "tilt" double precision,
  add column if not exists "tilt_z" double precision,
  add column if not exists "tilt_se" double precision,
  add column if not exists "tilt_change" double precision,
  add column if not exists "tilt_within" double precision,
  add column if not exists "tilt_mix" double precision,
  add column if not exists "tilt_entry" double precision,
  add column if not exists "tilt_names" integer,
  add column if not exists "short_share" double precision,
  add column if not exists "group_z_r" double precision,
  add column if not exists "group_q_r" double precision,
  add column if not exists "group_z_v" double precision,
  add column if not exists "group_q_v" double precision,
  add column if not exists "proxy_return" double precision;

comment on table macro_daily is 'One row for each session and group of names: how the surprises of the scanner lie across the market, its tiers, sectors and indexes, and how unusual that is.';
comment on column macro_daily."trade_date" is 'session of the row';
comment on column macro_daily."group_kind" is 'what the names have in common; a list is never stored: `offex macro --list` computes it';
comment on column macro_daily."group_name" is 'market; large, mid, small: thirds by mean dollar volume of the 20 sessions before; the sector; the index; members of the day; a group without a name has no row';
comment on column macro_daily."inference_version" is 'rv/1.0.0 and the fingerprint of its parameters';
comment on column macro_daily."session_status" is 'PARTIAL: under 0.97 of the usual rows or half of the usual shares';
comment on column macro_daily."after_break" is 'at most 20 sessions after a structural break; volumes and their past do not mean the same yet';
comment on column macro_daily."names" is '[names] names of the group in the default family: 5 sessions of history, 10,000 baseline shares, 1,000 shares today';
comment on column macro_daily."breadth" is '[ratio] (names whose ratio surprise, not centred, is above 1 - those below -1) / names; of: names; no tested market-timing signal; null with fewer than 10 names';
comment on column macro_daily."breadth_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; a PARTIAL session is scored and not learnt from; the prior deviation is at least what so few names move by alone';
comment on column macro_daily."breadth_se" is '[ratio] sqrt(2 x 0.158655 / names): how far breadth moves if names were independent; of: names; real breadth moves about five times as far';
comment on column macro_daily."volume_breadth" is '[ratio] the same of the volume surprise; of: names; no tested market-timing signal; null with fewer than 10 names';
comment on column macro_daily."volume_breadth_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; its prior deviation is offex''s own guess; a PARTIAL session is scored and not learnt from';
comment on column macro_daily."extreme_breadth" is '[ratio] (names with z_r above 2 - those below -2) / names; of: names; of centred scores; null with fewer than 10 names';
comment on column macro_daily."common_r" is '[radians] median ratio surprise, as the angle 2 asin sqrt(ratio); of the market the shift that centres all scores; no tested market-timing signal; null with fewer than 10 names';
comment on column macro_daily."common_r_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; a PARTIAL session is scored and not learnt from; the prior deviation is at least what so few names move by alone';
comment on column macro_daily."common_r_se" is '[radians] 1.2533 x quartile scale of the surprises / sqrt(names); null with fewer than 10 names';
comment on column macro_daily."common_v" is '[log] median surprise of ln(volume); of the market the shift; moves with holidays and expiries; null with fewer than 10 names';
comment on column macro_daily."common_v_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; its prior deviation is offex''s own guess; a PARTIAL session is scored and not learnt from';
comment on column macro_daily."common_v_se" is '[log] 1.2533 x quartile scale of the surprises / sqrt(names); null with fewer than 10 names';
comment on column macro_daily."dispersion_r" is '[z] interquartile range of z_r / 1.349; 1 is a normal day; null with fewer than 10 names';
comment on column macro_daily."dispersion_r_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; a PARTIAL session is scored and not learnt from; the prior deviation is at least what so few names move by alone';
comment on column macro_daily."dispersion_v" is '[z] interquartile range of z_v / 1.349; 1 is a normal day; null with fewer than 10 names';
comment on column macro_daily."dispersion_v_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; a PARTIAL session is scored and not learnt from; the prior deviation is at least what so few names move by alone';
comment on column macro_daily."surge_share" is '[ratio] names with z_v above 2 / names; 0.0228 by chance; of: names; null with fewer than 10 names';
comment on column macro_daily."surge_share_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; a PARTIAL session is scored and not learnt from; the prior deviation is at least what so few names move by alone';
comment on column macro_daily."discoveries" is '[names] names with q_o at most the false discovery rate (0.10) in the default family; about one in ten of them is chance';
comment on column macro_daily."tilt" is '[ratio] sum of weight x short ratio; weights are the decayed means of close x off-exchange volume before today, none above 5 % of the group; of: lagged dollar weights of tilt_names; equal weights with 20 names or fewer; levels do not compare over years; null with fewer than 10 names';
comment on column macro_daily."tilt_z" is '[z] one step ahead of its own past: decayed mean (half-life 20) and variance (60, with a prior of 4 sessions), as a normal score; null before 10 sessions; a PARTIAL session is scored and not learnt from; the prior deviation is at least what so few names move by alone';
comment on column macro_daily."tilt_se" is '[ratio] 0.5 x sqrt(sum of (weight x deviation)^2): how far tilt moves if names were independent; of: lagged dollar weights of tilt_names; null with fewer than 10 names';
comment on column macro_daily."tilt_change" is '[ratio] tilt - tilt of the session before = within + mix + entry; of: lagged dollar weights of tilt_names; null where no name has a weight on both days';
comment on column macro_daily."tilt_within" is '[ratio] sum of mean weight x change of short ratio, of names with a weight on both days, whose weights are made to add up to 1 on each; of: lagged dollar weights of tilt_names; null where no name has a weight on both days';
comment on column macro_daily."tilt_mix" is '[ratio] sum of change of weight x mean short ratio, of the same names; of: lagged dollar weights of tilt_names; null where no name has a weight on both days';
comment on column macro_daily."tilt_entry" is '[ratio] the rest of tilt_change: names with a weight on one of the two days only; of: lagged dollar weights of tilt_names; null where no name has a weight on both days';
comment on column macro_daily."tilt_names" is '[names] names with a weight: those that had a close before today; null with fewer than 10 names';
comment on column macro_daily."short_share" is '[ratio] short volume of all names / total volume of all names; of: total_volume (FINRA facility total); ruled by names of a few cents: tilt is not';
comment on column macro_daily."group_z_r" is '[z] sum of z_r / sqrt(names + 0.01 (names^2 - names)): one score of the group; z_r are centred on the market, so the market''s own is near 0';
comment on column macro_daily."group_q_r" is '[q] Benjamini-Hochberg over the groups of the kind, two-sided';
comment on column macro_daily."group_z_v" is '[z] sum of z_v / sqrt(names + 0.03 (names^2 - names))';
comment on column macro_daily."group_q_v" is '[q] Benjamini-Hochberg over the groups of the kind, two-sided';
comment on column macro_daily."proxy_return" is '[ratio] of an index: close / previous close - 1 of the security that stands for it; else that of the names by the weights of the tilt; of: close of the session before; unadjusted closes; a name with a split, known or likely, is left out';

-- Row-level security, as for daily_features.
alter table macro_daily enable row level security;
do $$
begin
  if exists (select from pg_roles where rolname = 'authenticated')
    and not exists (
      select from pg_policies where schemaname = current_schema() and tablename = 'macro_daily'
    )
  then
    create policy macro_daily_read on macro_daily for select to authenticated using (true);
  end if;
end
$$;
