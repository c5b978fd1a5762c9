// The tables, one migration a version. A migration that shipped is never edited: add the next one.
// Times are ISO 8601 text in UTC (they sort as they read), objects JSON text, money decimal text.
const first = `
create table settings (key text primary key, value text not null) strict;

create table plans (
  slug text primary key,
  sessions integer,
  kinds text,
  max_memory_bytes integer not null,
  max_records_bytes integer not null,
  retention_days integer not null,
  tenant_notifications integer not null,
  api_access integer not null,
  price_month_usd text, price_year_usd text,
  features text not null,
  withdrawn integer not null,
  limits text not null
) strict;

create table tenants (
  id text primary key,
  slug text not null unique,
  name text not null,
  plan text not null references plans (slug),
  status text not null,
  plan_expires_at text,
  created_at text not null
) strict;

create table sessions (
  id text primary key,
  tenant_id text not null references tenants (id) on delete cascade,
  name text not null,
  display_name text not null,
  kind text not null,
  config text not null,
  config_version integer not null,
  wanted text not null check (wanted in ('running', 'stopped')),
  start_requests integer not null,
  restart_requests integer not null,
  home text not null,
  created_at text not null,
  unique (tenant_id, name),
  unique (tenant_id, id)
) strict;
create index sessions_home on sessions (home);

-- Folders, logs and processes carry these names, and sealed secrets these ids: renamed by hand, a session would begin
-- without its login.
create trigger tenants_keep_names before update on tenants when (old.id, old.slug) is not (new.id, new.slug)
begin
  select raise(abort, 'frota: a tenant keeps its id and slug; its display name is "name"');
end;
create trigger sessions_keep_names before update on sessions
when (old.id, old.tenant_id, old.name, old.kind) is not (new.id, new.tenant_id, new.name, new.kind)
begin
  select raise(abort, 'frota: a session keeps its id, tenant, name and kind; rename it by "display_name"');
end;

-- What belongs to a session refers to it together with its tenant: a row can never join two tenants.
create table secrets (
  tenant_id text not null references tenants (id) on delete cascade,
  session_id text,
  name text not null,
  sealed text not null,
  last4 text not null,
  fingerprint text not null,
  updated_at text not null,
  foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
) strict;
create unique index secrets_name on secrets (tenant_id, coalesce(session_id, ''), name);

-- Where a tenant wants to be told. "topics" says of what; an empty list means everything.
create table channels (
  tenant_id text not null references tenants (id) on delete cascade,
  name text not null,
  type text not null,
  topics text not null,
  sealed text not null,
  updated_at text not null,
  primary key (tenant_id, name)
) strict;

-- For host services; sealed with a key of the master key's, since they are no tenant's.
create table operator_secrets (
  name text primary key,
  sealed text not null,
  last4 text not null,
  fingerprint text not null,
  updated_at text not null
) strict;

create table data_keys (
  tenant_id text primary key references tenants (id) on delete cascade,
  wrapped text not null
) strict;

-- A session may both declare an account and be seen to speak for it. That no two sessions claim one is kept by the one
-- statement that writes here.
create table claims (
  account text not null,
  source text not null check (source in ('declared', 'seen')),
  tenant_id text not null,
  session_id text not null,
  primary key (account, source),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
) strict;
create index claims_session on claims (tenant_id, session_id);

-- A released lease keeps its row, without a holder: epochs only ever rise.
create table leases (
  session_id text primary key references sessions (id) on delete cascade,
  home text,
  run text,
  epoch integer not null,
  expires_at text not null
) strict;
create index leases_home on leases (home);

-- Which journal is the session's, and its highest row that is in the store. Two sessions never have the same one.
create table journals (
  session_id text primary key,
  tenant_id text not null,
  journal text not null unique,
  acked_row integer not null,
  foreign key (tenant_id) references tenants (id) on delete cascade
) strict;

create table heartbeats (
  session_id text primary key,
  tenant_id text not null,
  run text,
  state text not null,
  reason text,
  detail text not null,
  pid integer, port integer,
  host text not null,
  rss_bytes integer, cpu_percent real,
  restarts integer not null,
  counters text not null,
  since text not null,
  started_at text, stopped_at text,
  at text not null,
  foreign key (tenant_id, session_id) references sessions (tenant_id, id) on delete cascade
) strict;

-- seq is the order in which the store took them; a follower counts on none being given out again after a deletion. The
-- session may be gone: its history stays for the plan's days.
create table events (
  seq integer primary key autoincrement,
  id text not null unique,
  tenant_id text not null references tenants (id) on delete cascade,
  session_id text,
  -- the session's, also when it is gone
  kind text,
  at text not null,
  type text not null,
  data text not null,
  -- whom it is about, and then also where it stood in the session's life: it may be forgotten
  subject text,
  epoch integer,
  journal_row integer
) strict;
create index events_subject on events (tenant_id, session_id, subject) where subject is not null;

-- How things stand. Without data it is gone, and the row stays: what was kept before, and arrives later, must not bring
-- it back.
create table records (
  session_id text not null,
  tenant_id text not null,
  kind text not null,
  collection text not null,
  key text not null,
  data text,
  subject text,
  epoch integer not null,
  journal_row integer not null,
  updated_at text not null,
  primary key (session_id, collection, key),
  foreign key (tenant_id) references tenants (id) on delete cascade
) strict;
create index records_session on records (tenant_id, session_id, collection, key);

-- Who was forgotten, and up to where in the session's life. It outlives the session: what its journal still held in
-- another home arrives when that is up again.
create table forgotten (
  tenant_id text not null references tenants (id) on delete cascade,
  session_id text not null,
  mark text not null,
  epoch integer not null,
  journal_row integer not null,
  primary key (session_id, mark)
) strict;
create index forgotten_tenant on forgotten (tenant_id);

-- Sessions that were removed, but not their data: the next one of this name and kind takes the id, and finds it again.
-- Epochs go on from there, since records count by them.
create table kept_sessions (
  tenant_id text not null references tenants (id) on delete cascade,
  name text not null,
  kind text not null,
  id text not null unique,
  epoch integer not null,
  primary key (tenant_id, name, kind)
) strict;
create trigger sessions_take_data after delete on sessions
when not exists (select 1 from kept_sessions k where k.id = old.id)
begin
  delete from records where session_id = old.id;
  delete from journals where session_id = old.id;
end;
create index records_subject on records (tenant_id, session_id, subject) where subject is not null;
create index events_tenant on events (tenant_id, seq);
create index events_session on events (tenant_id, session_id, seq);
create index events_age on events (tenant_id, at);

-- Outlives the tenant. A change of no tenant's (a plan, an alert channel) has none.
create table audit (
  seq integer primary key,
  tenant_id text,
  at text not null,
  actor text not null,
  action text not null,
  subject text not null,
  data text not null
) strict;
create index audit_tenant on audit (tenant_id, seq);

create table homes (
  id text primary key,
  host text not null,
  version text not null,
  registered_at text not null
) strict;
`

export const MIGRATIONS: readonly string[] = [first]
