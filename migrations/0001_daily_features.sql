-- daily_features: off-exchange features of a symbol and session, one row for each version of them.
--
-- May be run again, by `offex push URL --migrate`, `supabase db push` or `psql -f`. A table of that name that is already
-- there keeps its columns and their types; the columns that offex fills are added where they are missing.

create table if not exists daily_features (
  feature_id bigserial primary key,
  symbol text not null,
  trade_date date not null,
  metadata jsonb default '{}'::jsonb,
  created_at timestamp with time zone default now(),
  short_vol_share double precision,
  short_exempt_share double precision,
  ats_share_of_total double precision,
  provenance jsonb default '{}'::jsonb,
  feature_version text not null default 'v1'
);

alter table daily_features
  add column if not exists short_vol_share double precision,
  add column if not exists short_exempt_share double precision,
  add column if not exists ats_share_of_total double precision,
  add column if not exists provenance jsonb default '{}'::jsonb,
  add column if not exists feature_version text not null default 'v1';

create unique index if not exists daily_features_uniq on daily_features (symbol, trade_date, feature_version);
create index if not exists daily_features_day on daily_features (trade_date, feature_version);

comment on table daily_features is
  'Off-exchange features of a symbol and session (offex). Ratios lie between 0 and 1, or are null: a missing one is never 0.';
comment on column daily_features.symbol is 'the security, in CQS spelling (BRK.B)';
comment on column daily_features.trade_date is 'session of the row, New York';
comment on column daily_features.short_vol_share is
  'ratio: short volume / total volume; divided by total_volume (FINRA facility total), not by consolidated volume';
comment on column daily_features.short_exempt_share is
  'ratio: short-exempt volume / total volume; divided by total_volume (FINRA facility total); short-exempt is already part '
  'of short volume';
comment on column daily_features.ats_share_of_total is
  'ratio: ATS volume of the week / all volume of the week; divided by the total that an ATS file names, else by '
  'consolidated volume; the same for each day of the week; null until FINRA has published it';
comment on column daily_features.provenance is
  'where the row is from: source files with their SHA-256, and the SHA-256 of the canonical row';
comment on column daily_features.feature_version is 'version of the formulas; part of the key';

-- Row-level security. The service role bypasses it, and so does the owner of the table: offex pushes as one of them. Nobody
-- else reads or writes before a policy lets them. Where Supabase's role `authenticated` exists and the table has no policy
-- yet, those who signed in may read; nobody may write. On a plain PostgreSQL grant and add policies as you like.
alter table daily_features enable row level security;
do $$
begin
  if exists (select from pg_roles where rolname = 'authenticated')
    and not exists (
      select from pg_policies where schemaname = current_schema() and tablename = 'daily_features'
    )
  then
    create policy daily_features_read on daily_features for select to authenticated using (true);
  end if;
end
$$;
