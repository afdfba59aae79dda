-- provenance_events: which source made which rows, and when. One row for each source and hash; a repeated push adds none.
--
-- May be run again. A table of that name that is already there keeps its columns and their types.

create table if not exists provenance_events (
  id bigserial primary key,
  source text not null,
  source_url text,
  payload jsonb not null,
  artifact_sha256 text,
  parser_version text,
  created_at timestamp with time zone default now()
);

alter table provenance_events
  add column if not exists source_url text,
  add column if not exists artifact_sha256 text,
  add column if not exists parser_version text;

-- Rows without a hash, as earlier pipelines wrote them, are all different to this index.
create unique index if not exists provenance_events_uniq on provenance_events (source, artifact_sha256);

comment on table provenance_events is 'Where rows of other tables are from (offex). Events are added, never changed.';
comment on column provenance_events.source is 'what the event is about: a table, for example daily_features';
comment on column provenance_events.source_url is 'the one address that was used; null where several or none were';
comment on column provenance_events.payload is 'key of the row, files with their SHA-256, times';
comment on column provenance_events.artifact_sha256 is 'SHA-256 of what the event is about, 64 hexadecimal digits';
comment on column provenance_events.parser_version is 'version of the program that read the source';

-- Row-level security, as for daily_features.
alter table provenance_events enable row level security;
do $$
begin
  if exists (select from pg_roles where rolname = 'authenticated')
    and not exists (
      select from pg_policies where schemaname = current_schema() and tablename = 'provenance_events'
    )
  then
    create policy provenance_events_read on provenance_events for select to authenticated using (true);
  end if;
end
$$;
