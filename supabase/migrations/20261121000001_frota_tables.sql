-- frota's tables. All that is made here has a name that begins with frota_: the project may have plans and messages of
-- its own. Only the service role (the supervisor's key) reads and writes them: row level security is on everywhere and no
-- policy lets anybody else in.
--
-- Rows may be edited by hand (Table Editor): plans, a tenant's status, a session's config and wanted. The supervisor
-- sees it within ten seconds; a config it cannot accept is refused with a reason, and the last good one stays.

create table public.frota_schema_version (
  version integer primary key,
  applied_at timestamptz not null default now()
);

create table public.frota_settings (
  key text primary key,
  value text not null
);

-- A limit that is null means unlimited. Money is decimal text. "limits" holds, by kind, what an operator changed of the
-- limits that kinds declare: {"trading": {"symbols": 50}}.
create table public.frota_plans (
  slug text primary key check (slug ~ '^[a-z0-9][a-z0-9-]{0,30}$'),
  sessions integer check (sessions >= 0),
  kinds jsonb check (jsonb_typeof(kinds) = 'array'),
  -- bytes: within what JSON carries exactly
  max_memory_bytes bigint not null check (max_memory_bytes between 0 and 9007199254740991),
  max_records_bytes bigint not null check (max_records_bytes between 0 and 9007199254740991),
  retention_days integer not null default 30 check (retention_days >= 0),
  tenant_notifications boolean not null default false,
  api_access boolean not null default false,
  price_month_usd text check (price_month_usd ~ '^\d+(\.\d+)?$'),
  price_year_usd text check (price_year_usd ~ '^\d+(\.\d+)?$'),
  features jsonb not null default '[]' check (jsonb_typeof(features) = 'array'),
  withdrawn boolean not null default false,
  limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object')
);

insert into public.frota_plans (slug, sessions, max_memory_bytes, max_records_bytes, retention_days, tenant_notifications,
  api_access, price_month_usd, price_year_usd)
values
  ('free', 1, 512 * 1048576, 5 * 1048576, 7, false, false, '0', '0'),
  ('pro', 5, 768 * 1048576, 50 * 1048576, 30, true, false, '29', '290'),
  ('premium', 25, 1024 * 1048576, 250 * 1048576, 90, true, true, '99', '990'),
  ('enterprise', null, 2048::bigint * 1048576, 1024::bigint * 1048576, 365, true, true, null, null);

create table public.frota_tenants (
  id text primary key default gen_random_uuid()::text,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,30}$' and slug <> 'operator'),
  name text not null,
  plan text not null default 'free' references public.frota_plans (slug),
  status text not null default 'active' check (status in ('active', 'trial', 'past_due', 'cancelled', 'expired')),
  plan_expires_at timestamptz,
  created_at timestamptz not null default now()
);
create index frota_tenants_plan on public.frota_tenants (plan);

create table public.frota_sessions (
  id text primary key default gen_random_uuid()::text,
  tenant_id text not null references public.frota_tenants (id) on delete cascade,
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,30}$'),
  display_name text not null,
  kind text not null,
  config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'),
  config_version integer not null default 1,
  wanted text not null default 'stopped' check (wanted in ('running', 'stopped')),
  start_requests integer not null default 0,
  restart_requests integer not null default 0,
  home text not null,
  created_at timestamptz not null default now(),
  unique (tenant_id, name),
  unique (tenant_id, id)
);
create index frota_sessions_home on public.frota_sessions (home);

-- A config edited by hand counts up as well, so that the running session takes it.
create function public.frota_count_config() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.config is distinct from old.config and new.config_version = old.config_version then
    new.config_version := old.config_version + 1;
  end if;
  return new;
end $$;
create trigger frota_count_config before update on public.frota_sessions
  for each row execute function public.frota_count_config();

-- Folders, logs and processes carry these names, and sealed secrets these ids: renamed by hand, a session would begin
-- without its login.
create function public.frota_keep_names() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '%', tg_argv[0] using errcode = 'check_violation';
end $$;
create trigger frota_keep_names before update on public.frota_tenants for each row
  when ((old.id, old.slug) is distinct from (new.id, new.slug))
  execute function public.frota_keep_names('frota: a tenant keeps its id and slug; its display name is "name"');
create trigger frota_keep_names before update on public.frota_sessions for each row
  when ((old.id, old.tenant_id, old.name, old.kind) is distinct from (new.id, new.tenant_id, new.name, new.kind))
  execute function public.frota_keep_names('frota: a session keeps its id, tenant, name and kind; rename it by "display_name"');

-- What belongs to a session refers to it together with its tenant: a row can never join two tenants.
create table public.frota_secrets (
  tenant_id text not null references public.frota_tenants (id) on delete cascade,
  session_id text,
  name text not null,
  sealed text not null,
  last4 text not null,
  fingerprint text not null,
  updated_at timestamptz not null,
  unique nulls not distinct (tenant_id, session_id, name),
  foreign key (tenant_id, session_id) references public.frota_sessions (tenant_id, id) on delete cascade
);

-- Where a tenant wants to be told. "topics" says of what; an empty list means everything.
create table public.frota_channels (
  tenant_id text not null references public.frota_tenants (id) on delete cascade,
  name text not null,
  type text not null,
  topics jsonb not null default '[]' check (jsonb_typeof(topics) = 'array'),
  sealed text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, name)
);

-- For host services; sealed with a key of the master key's, since they are no tenant's.
create table public.frota_operator_secrets (
  name text primary key,
  sealed text not null,
  last4 text not null,
  fingerprint text not null,
  updated_at timestamptz not null
);

create table public.frota_data_keys (
  tenant_id text primary key references public.frota_tenants (id) on delete cascade,
  wrapped text not null
);

-- A session may both declare an account and be seen to speak for it. That no two sessions claim one is kept by the one
-- function that writes here.
create table public.frota_claims (
  account text not null,
  source text not null check (source in ('declared', 'seen')),
  tenant_id text not null,
  session_id text not null,
  primary key (account, source),
  foreign key (tenant_id, session_id) references public.frota_sessions (tenant_id, id) on delete cascade
);
create index frota_claims_session on public.frota_claims (tenant_id, session_id);

-- A released lease keeps its row, without a holder: epochs only ever rise.
create table public.frota_leases (
  session_id text primary key references public.frota_sessions (id) on delete cascade,
  home text,
  run text,
  epoch bigint not null,
  expires_at timestamptz not null
);
create index frota_leases_home on public.frota_leases (home);

-- Which journal is the session's, and its highest row that is in the store. Two sessions never have the same one.
create table public.frota_journals (
  session_id text primary key,
  tenant_id text not null,
  journal text not null unique,
  acked_row bigint not null,
  foreign key (tenant_id) references public.frota_tenants (id) on delete cascade
);
create index frota_journals_tenant on public.frota_journals (tenant_id);

create table public.frota_heartbeats (
  session_id text primary key,
  tenant_id text not null,
  run text,
  state text not null,
  reason text,
  detail jsonb not null,
  pid bigint,
  port integer,
  host text not null,
  rss_bytes bigint,
  cpu_percent double precision,
  restarts integer not null,
  counters jsonb not null,
  since timestamptz not null,
  started_at timestamptz,
  stopped_at timestamptz,
  at timestamptz not null,
  foreign key (tenant_id, session_id) references public.frota_sessions (tenant_id, id) on delete cascade
);

-- seq is the order in which the store took them. The session may be gone: its history stays for the plan's days.
create table public.frota_events (
  seq bigint generated always as identity primary key,
  id text not null unique,
  tenant_id text not null references public.frota_tenants (id) on delete cascade,
  session_id text,
  -- the session's, also when it is gone
  kind text,
  at timestamptz not null,
  type text not null,
  data jsonb not null,
  -- whom it is about, and then also where it stood in the session's life: it may be forgotten
  subject text,
  epoch bigint,
  journal_row bigint
);
create index frota_events_subject on public.frota_events (tenant_id, session_id, subject) where subject is not null;
create index frota_events_tenant on public.frota_events (tenant_id, seq);
create index frota_events_session on public.frota_events (tenant_id, session_id, seq);
create index frota_events_age on public.frota_events (tenant_id, at);

-- How things stand. Without data it is gone, and the row stays: what was kept before, and arrives later, must not bring
-- it back. Collections and keys are in the order of their bytes, wherever the project is.
create table public.frota_records (
  session_id text not null,
  tenant_id text not null,
  kind text not null,
  collection text collate "C" not null,
  key text collate "C" not null,
  data jsonb,
  subject text,
  epoch bigint not null,
  journal_row bigint not null,
  updated_at timestamptz not null,
  primary key (session_id, collection, key),
  foreign key (tenant_id) references public.frota_tenants (id) on delete cascade
);
create index frota_records_subject on public.frota_records (tenant_id, session_id, subject) where subject is not null;
create index frota_records_tenant on public.frota_records (tenant_id, session_id);

-- Who was forgotten, and up to where in the session's life. It outlives the session: what its journal still held in
-- another home arrives when that is up again.
create table public.frota_forgotten (
  tenant_id text not null references public.frota_tenants (id) on delete cascade,
  session_id text not null,
  mark text not null,
  epoch bigint not null,
  journal_row bigint not null,
  primary key (session_id, mark)
);
create index frota_forgotten_tenant on public.frota_forgotten (tenant_id);

-- Sessions that were removed, but not their data: the next one of this name and kind takes the id, and finds it again.
-- Epochs go on from there, since records count by them.
create table public.frota_kept_sessions (
  tenant_id text not null references public.frota_tenants (id) on delete cascade,
  name text not null,
  kind text not null,
  id text not null unique,
  epoch bigint not null,
  primary key (tenant_id, name, kind)
);
create function public.frota_take_data() returns trigger language plpgsql set search_path = '' as $$
begin
  if not exists (select from public.frota_kept_sessions k where k.id = old.id) then
    delete from public.frota_records where session_id = old.id;
    delete from public.frota_journals where session_id = old.id;
  end if;
  return null;
end $$;
create trigger frota_take_data after delete on public.frota_sessions
  for each row execute function public.frota_take_data();

-- Outlives the tenant. A change of no tenant's (a plan, an alert channel) has none.
create table public.frota_audit (
  seq bigint generated always as identity primary key,
  tenant_id text,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  data jsonb not null
);
create index frota_audit_tenant on public.frota_audit (tenant_id, seq);

create table public.frota_homes (
  id text primary key,
  host text not null,
  version text not null,
  registered_at timestamptz not null default now()
);

-- New tables of a project are open to its public keys by default: take that back.
do $$
declare
  name text;
begin
  foreach name in array array['frota_schema_version', 'frota_settings', 'frota_plans', 'frota_tenants',
    'frota_sessions', 'frota_secrets', 'frota_channels', 'frota_operator_secrets', 'frota_data_keys', 'frota_claims',
    'frota_leases', 'frota_journals', 'frota_heartbeats', 'frota_events', 'frota_records', 'frota_forgotten',
    'frota_kept_sessions', 'frota_audit', 'frota_homes']
  loop
    execute format('alter table public.%I enable row level security', name);
    execute format('revoke all on public.%I from public, anon, authenticated', name);
    execute format('grant select, insert, update, delete on public.%I to service_role', name);
  end loop;
end $$;
revoke all on sequence public.frota_events_seq_seq, public.frota_audit_seq_seq from public, anon, authenticated;
revoke all on function public.frota_count_config(), public.frota_keep_names(), public.frota_take_data() from public, anon, authenticated;

insert into public.frota_schema_version (version) values (1);
