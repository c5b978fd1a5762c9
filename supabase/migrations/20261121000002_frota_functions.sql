-- What frota calls. Every function is one transaction on the database's clock, and answers in one piece: the rows
-- of a project's REST answers are cut off at a thousand, the answer of a function is not.
-- A refusal is raised with its code as the message and what it is about as the detail; PT409 is HTTP's 409.

create function public.frota_refuse(code text, what text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception '%', code using errcode = 'PT409', detail = coalesce(what, '');
end $$;

-- Written in the transaction of the change that the entry tells of; null tells nothing.
create function public.frota_audit(p_entry jsonb) returns void language plpgsql set search_path = '' as $$
begin
  insert into public.frota_audit (tenant_id, at, actor, action, subject, data)
  select a.tenant_id, a.at, a.actor, a.action, a.subject, a.data
  from jsonb_populate_record(null::public.frota_audit, p_entry) a where jsonb_typeof(p_entry) = 'object';
end $$;

-- settings, plans ------------------------------------------------------------------------------------------------

create function public.frota_schema() returns integer language sql stable set search_path = '' as $$
  select coalesce(max(version), 0) from public.frota_schema_version
$$;

create function public.frota_key_check() returns text language sql stable set search_path = '' as $$
  select value from public.frota_settings where key = 'key_check'
$$;

create function public.frota_set_key_check(p_value text) returns text language plpgsql set search_path = '' as $$
begin
  insert into public.frota_settings (key, value) values ('key_check', p_value) on conflict do nothing;
  return public.frota_key_check();
end $$;

create function public.frota_plans() returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(p) order by p.sessions nulls last, p.slug), '[]') from public.frota_plans p
$$;

create function public.frota_put_plan(p_plan jsonb, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform public.frota_audit(p_audit);
  insert into public.frota_plans select * from jsonb_populate_record(null::public.frota_plans, p_plan)
  on conflict (slug) do update set
    sessions = excluded.sessions, kinds = excluded.kinds, max_memory_bytes = excluded.max_memory_bytes,
    max_records_bytes = excluded.max_records_bytes, retention_days = excluded.retention_days,
    tenant_notifications = excluded.tenant_notifications, api_access = excluded.api_access,
    price_month_usd = excluded.price_month_usd, price_year_usd = excluded.price_year_usd,
    features = excluded.features, withdrawn = excluded.withdrawn, limits = excluded.limits;
end $$;

create function public.frota_add_plan(p_plan jsonb, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform public.frota_audit(p_audit);
  insert into public.frota_plans select * from jsonb_populate_record(null::public.frota_plans, p_plan) on conflict do nothing;
  if not found then perform public.frota_refuse('PLAN_EXISTS', p_plan ->> 'slug'); end if;
end $$;

create function public.frota_remove_plan(p_slug text, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform public.frota_audit(p_audit);
  delete from public.frota_plans where slug = p_slug;
  if not found then perform public.frota_refuse('PLAN_UNKNOWN', p_slug); end if;
exception when foreign_key_violation then
  perform public.frota_refuse('PLAN_IN_USE', p_slug);
end $$;

-- tenants --------------------------------------------------------------------------------------------------------

create function public.frota_tenants(p_slug text default null) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(t) order by t.slug), '[]') from public.frota_tenants t
  where p_slug is null or t.slug = p_slug
$$;

create function public.frota_add_tenant(p_tenant jsonb, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if not exists (select from public.frota_plans where slug = p_tenant ->> 'plan') then
    perform public.frota_refuse('PLAN_UNKNOWN', p_tenant ->> 'plan');
  end if;
  insert into public.frota_tenants select * from jsonb_populate_record(null::public.frota_tenants, p_tenant)
  on conflict do nothing;
  if not found then perform public.frota_refuse('TENANT_EXISTS', p_tenant ->> 'slug'); end if;
  perform public.frota_audit(p_audit);
end $$;

create function public.frota_change_tenant(p_id text, p_change jsonb, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  tenant public.frota_tenants;
begin
  select * into tenant from public.frota_tenants where id = p_id for update;
  if not found then perform public.frota_refuse('TENANT_UNKNOWN', p_id); end if;
  tenant := jsonb_populate_record(tenant, p_change);
  if not exists (select from public.frota_plans where slug = tenant.plan) then
    perform public.frota_refuse('PLAN_UNKNOWN', tenant.plan);
  end if;
  update public.frota_tenants
  set name = tenant.name, plan = tenant.plan, status = tenant.status, plan_expires_at = tenant.plan_expires_at
  where id = p_id;
  perform public.frota_audit(p_audit);
end $$;

create function public.frota_remove_tenant(p_id text, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  delete from public.frota_tenants where id = p_id;
  if not found then perform public.frota_refuse('TENANT_UNKNOWN', p_id); end if;
  perform public.frota_audit(p_audit);
end $$;

create function public.frota_session_counts() returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(c)), '[]')
  from (select tenant_id, count(*) as count from public.frota_sessions group by tenant_id) c
$$;

-- sessions -------------------------------------------------------------------------------------------------------

create function public.frota_sessions(p_tenant text, p_name text default null) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(s) order by s.name), '[]') from public.frota_sessions s
  where s.tenant_id = p_tenant and (p_name is null or s.name = p_name)
$$;

create function public.frota_add_session(p_session jsonb, p_limit integer, p_audit jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  session public.frota_sessions := jsonb_populate_record(null::public.frota_sessions, p_session);
  kept public.frota_kept_sessions;
begin
  -- Whoever adds next to the same tenant waits here: two at once cannot pass the limit together.
  perform from public.frota_tenants where id = session.tenant_id for no key update;
  if not found then perform public.frota_refuse('TENANT_UNKNOWN', session.tenant_id); end if;
  if exists (select from public.frota_sessions where tenant_id = session.tenant_id and name = session.name) then
    perform public.frota_refuse('SESSION_EXISTS', session.name);
  end if;
  if p_limit <= (select count(*) from public.frota_sessions where tenant_id = session.tenant_id) then
    perform public.frota_refuse('PLAN_LIMIT', p_limit::text);
  end if;
  delete from public.frota_kept_sessions
  where tenant_id = session.tenant_id and name = session.name and kind = session.kind
  returning * into kept;
  session.id := coalesce(kept.id, session.id);
  insert into public.frota_sessions select session.*;
  -- Nobody holds its lease; the next epoch is higher than any that was given out before.
  if kept.id is not null then
    insert into public.frota_leases (session_id, epoch, expires_at) values (kept.id, kept.epoch, 'epoch');
  end if;
  perform public.frota_audit(p_audit);
  return to_jsonb(session);
end $$;

create function public.frota_change_session(
  p_tenant text, p_id text, p_change jsonb, p_start boolean, p_restart boolean, p_if_config_version integer,
  p_audit jsonb
) returns jsonb language plpgsql set search_path = '' as $$
declare
  session public.frota_sessions;
begin
  select * into session from public.frota_sessions where tenant_id = p_tenant and id = p_id for update;
  if not found then perform public.frota_refuse('SESSION_UNKNOWN', p_id); end if;
  if p_if_config_version <> session.config_version then
    perform public.frota_refuse('CONFIG_CHANGED', session.name);
  end if;
  session := jsonb_populate_record(session, p_change);
  update public.frota_sessions
  set display_name = session.display_name, config = session.config, wanted = session.wanted, home = session.home,
    config_version = config_version + (p_change ? 'config')::integer,
    start_requests = start_requests + p_start::integer,
    restart_requests = restart_requests + p_restart::integer
  where tenant_id = p_tenant and id = p_id
  returning * into session;
  perform public.frota_audit(p_audit);
  return to_jsonb(session);
end $$;

-- Many at once, each with its audit entry. Answers the ids of those that are there and this home's.
create function public.frota_change_wanted(p_home text, p_changes jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  done jsonb;
begin
  with change as (
    select c.value ->> 'id' as id, c.value ->> 'wanted' as wanted, (c.value ->> 'start')::boolean::integer as start,
      (c.value ->> 'restart')::boolean::integer as restart, c.value -> 'audit' as entry
    from jsonb_array_elements(p_changes) c),
  changed as (
    update public.frota_sessions s set wanted = coalesce(change.wanted, s.wanted),
      start_requests = s.start_requests + change.start, restart_requests = s.restart_requests + change.restart
    from change where s.id = change.id and s.home = p_home
    returning s.id, s.tenant_id, change.entry),
  told as (
    insert into public.frota_audit (tenant_id, at, actor, action, subject, data)
    select changed.tenant_id, a.at, a.actor, a.action, a.subject, a.data
    from changed cross join lateral jsonb_populate_record(null::public.frota_audit, changed.entry) a)
  select coalesce(jsonb_agg(changed.id), '[]') into done from changed;
  return done;
end $$;

create function public.frota_remove_session(p_tenant text, p_id text, p_audit jsonb, p_keep_data boolean)
returns void
language plpgsql set search_path = '' as $$
begin
  if p_keep_data then
    insert into public.frota_kept_sessions as k (tenant_id, name, kind, id, epoch)
    select s.tenant_id, s.name, s.kind, s.id, coalesce(l.epoch, 0)
    from public.frota_sessions s left join public.frota_leases l on l.session_id = s.id
    where s.tenant_id = p_tenant and s.id = p_id
    on conflict (tenant_id, name, kind) do update set id = excluded.id, epoch = excluded.epoch;
  end if;
  delete from public.frota_sessions where tenant_id = p_tenant and id = p_id;
  if not found then perform public.frota_refuse('SESSION_UNKNOWN', p_id); end if;
  perform public.frota_audit(p_audit);
end $$;

-- secrets, keys, claims ------------------------------------------------------------------------------------------

create function public.frota_secrets(p_tenant text, p_session text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(s) order by s.name), '[]') from public.frota_secrets s
  where s.tenant_id = p_tenant and s.session_id is not distinct from p_session
$$;

create function public.frota_put_secret(p_secret jsonb, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  secret public.frota_secrets := jsonb_populate_record(null::public.frota_secrets, p_secret);
begin
  perform from public.frota_tenants where id = secret.tenant_id for key share;
  if not found then perform public.frota_refuse('TENANT_UNKNOWN', secret.tenant_id); end if;
  if secret.session_id is not null then
    perform from public.frota_sessions where tenant_id = secret.tenant_id and id = secret.session_id for key share;
    if not found then perform public.frota_refuse('SESSION_UNKNOWN', secret.session_id); end if;
  end if;
  insert into public.frota_secrets select secret.*
  on conflict (tenant_id, session_id, name) do update set sealed = excluded.sealed, last4 = excluded.last4,
    fingerprint = excluded.fingerprint, updated_at = excluded.updated_at;
  perform public.frota_audit(p_audit);
end $$;

create function public.frota_remove_secret(p_tenant text, p_session text, p_name text, p_audit jsonb) returns boolean
language plpgsql set search_path = '' as $$
begin
  delete from public.frota_secrets
  where tenant_id = p_tenant and session_id is not distinct from p_session and name = p_name;
  if not found then return false; end if;
  perform public.frota_audit(p_audit);
  return true;
end $$;

create function public.frota_channels(p_tenant text) returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(c) order by c.name collate "C"), '[]') from public.frota_channels c
  where c.tenant_id = p_tenant
$$;

create function public.frota_put_channel(p_channel jsonb, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  channel public.frota_channels := jsonb_populate_record(null::public.frota_channels, p_channel);
begin
  perform from public.frota_tenants where id = channel.tenant_id for key share;
  if not found then perform public.frota_refuse('TENANT_UNKNOWN', channel.tenant_id); end if;
  insert into public.frota_channels select channel.*
  on conflict (tenant_id, name) do update set type = excluded.type, topics = excluded.topics,
    sealed = excluded.sealed, updated_at = excluded.updated_at;
  perform public.frota_audit(p_audit);
end $$;

create function public.frota_remove_channel(p_tenant text, p_name text, p_audit jsonb) returns boolean
language plpgsql set search_path = '' as $$
begin
  delete from public.frota_channels where tenant_id = p_tenant and name = p_name;
  if not found then return false; end if;
  perform public.frota_audit(p_audit);
  return true;
end $$;

create function public.frota_operator_secrets() returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(s) order by s.name), '[]') from public.frota_operator_secrets s
$$;

create function public.frota_put_operator_secret(p_secret jsonb, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.frota_operator_secrets select * from jsonb_populate_record(null::public.frota_operator_secrets, p_secret)
  on conflict (name) do update set sealed = excluded.sealed, last4 = excluded.last4,
    fingerprint = excluded.fingerprint, updated_at = excluded.updated_at;
  perform public.frota_audit(p_audit);
end $$;

create function public.frota_remove_operator_secret(p_name text, p_audit jsonb) returns boolean
language plpgsql set search_path = '' as $$
begin
  delete from public.frota_operator_secrets where name = p_name;
  if not found then return false; end if;
  perform public.frota_audit(p_audit);
  return true;
end $$;

create function public.frota_data_key(p_tenant text) returns text language sql stable set search_path = '' as $$
  select wrapped from public.frota_data_keys where tenant_id = p_tenant
$$;

create function public.frota_add_data_key(p_tenant text, p_wrapped text) returns text
language plpgsql set search_path = '' as $$
begin
  perform from public.frota_tenants where id = p_tenant for key share;
  if not found then perform public.frota_refuse('TENANT_UNKNOWN', p_tenant); end if;
  insert into public.frota_data_keys (tenant_id, wrapped) values (p_tenant, p_wrapped) on conflict do nothing;
  return (select wrapped from public.frota_data_keys where tenant_id = p_tenant);
end $$;

create function public.frota_claim(p_tenant text, p_session text, p_source text, p_accounts jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  taken jsonb;
begin
  -- Claims are rare and go one after another: of two who want the same account the second sees the first's.
  perform pg_advisory_xact_lock(hashtextextended('frota.claims', 0));
  perform from public.frota_sessions where tenant_id = p_tenant and id = p_session for key share;
  if not found then perform public.frota_refuse('SESSION_UNKNOWN', p_session); end if;
  select jsonb_agg(distinct account order by account) into taken from public.frota_claims
  where account in (select jsonb_array_elements_text(p_accounts)) and session_id <> p_session;
  if taken is not null then return taken; end if;
  delete from public.frota_claims where tenant_id = p_tenant and session_id = p_session and source = p_source;
  insert into public.frota_claims (account, source, tenant_id, session_id)
  select distinct account, p_source, p_tenant, p_session from jsonb_array_elements_text(p_accounts) as account;
  return '[]';
end $$;

create function public.frota_journal(p_tenant text, p_session text) returns jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(j) from public.frota_journals j where j.tenant_id = p_tenant and j.session_id = p_session
$$;

create function public.frota_refuse_taken_journal(p_session text, p_journal text) returns void
language plpgsql set search_path = '' as $$
declare
  other text;
begin
  select session_id into other from public.frota_journals where journal = p_journal and session_id <> p_session;
  if found then perform public.frota_refuse('JOURNAL_TAKEN', other); end if;
end $$;

-- Who has the lease, or had it last and never let go of it.
create function public.frota_lease(p_tenant text, p_session text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('held_by', l.home, 'host', h.host,
    'for_ms', round(extract(epoch from l.expires_at - clock_timestamp()) * 1000))
  from public.frota_leases l
  join public.frota_sessions s on s.id = l.session_id and s.tenant_id = p_tenant
  left join public.frota_homes h on h.id = l.home
  where l.session_id = p_session and l.home is not null
$$;

create function public.frota_replace_journal(p_tenant text, p_session text, p_journal text, p_audit jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform public.frota_refuse_taken_journal(p_session, p_journal);
  insert into public.frota_journals (session_id, tenant_id, journal, acked_row)
  select id, tenant_id, p_journal, 0 from public.frota_sessions where id = p_session and tenant_id = p_tenant
  on conflict (session_id) do update set journal = excluded.journal, acked_row = 0;
  if not found then perform public.frota_refuse('SESSION_UNKNOWN', p_session); end if;
  perform public.frota_audit(p_audit);
end $$;

-- history --------------------------------------------------------------------------------------------------------

-- A batch that comes a second time, late, must not bring back what was forgotten meanwhile.
create function public.frota_is_late(p_session text, p_journal text, p_row bigint) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.frota_journals j
    where j.session_id = p_session and j.journal = p_journal and j.acked_row >= p_row)
$$;

-- Nor what an old run said before it, which arrives only now.
create function public.frota_is_forgotten(p_session text, p_mark text, p_epoch bigint, p_row bigint) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.frota_forgotten f
    where f.session_id = p_session and f.mark = p_mark and (f.epoch, f.journal_row) > (p_epoch, p_row))
$$;

-- How things stand, and whom to forget: what counts is where it stood in its session's life, not when it arrives.
create function public.frota_apply_standing(p_keeps jsonb, p_forgets jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.frota_records as r
    (session_id, tenant_id, kind, collection, key, data, subject, epoch, journal_row, updated_at)
  select distinct on (k.session_id, k.collection, k.key)
    k.session_id, k.tenant_id, s.kind, k.collection, k.key, k.data, k.subject, k.epoch, k.journal_row, k.updated_at
  from jsonb_array_elements(p_keeps) as item (value)
  cross join lateral jsonb_populate_record(null::public.frota_records, item.value) as k
  join public.frota_sessions s on s.id = k.session_id and s.tenant_id = k.tenant_id
  where not public.frota_is_late(k.session_id, item.value ->> 'journal', k.journal_row)
    and not public.frota_is_forgotten(k.session_id, item.value ->> 'mark', k.epoch, k.journal_row)
  order by k.session_id, k.collection, k.key, k.epoch desc, k.journal_row desc
  on conflict (session_id, collection, key) do update set data = excluded.data, subject = excluded.subject,
    epoch = excluded.epoch, journal_row = excluded.journal_row, updated_at = excluded.updated_at
  where (excluded.epoch, excluded.journal_row) > (r.epoch, r.journal_row);
  insert into public.frota_forgotten as g (tenant_id, session_id, mark, epoch, journal_row)
  select distinct on (f.session_id, f.mark) f.tenant_id, f.session_id, f.mark, f.epoch, f.journal_row
  from jsonb_populate_recordset(null::public.frota_forgotten, p_forgets) f
  where exists (select from public.frota_tenants t where t.id = f.tenant_id)
  order by f.session_id, f.mark, f.epoch desc, f.journal_row desc
  on conflict (session_id, mark) do update set epoch = excluded.epoch, journal_row = excluded.journal_row
  where g.tenant_id = excluded.tenant_id and (excluded.epoch, excluded.journal_row) > (g.epoch, g.journal_row);
  delete from public.frota_events e using jsonb_populate_recordset(null::public.frota_records, p_forgets) f
  where e.tenant_id = f.tenant_id and e.session_id = f.session_id and e.subject = f.subject
    and (e.epoch, e.journal_row) < (f.epoch, f.journal_row);
  delete from public.frota_records r using jsonb_populate_recordset(null::public.frota_records, p_forgets) f
  where r.tenant_id = f.tenant_id and r.session_id = f.session_id and r.subject = f.subject
    and (r.epoch, r.journal_row) < (f.epoch, f.journal_row);
end $$;

-- Answers the ids of the notices that are new: what was here before has been told.
create function public.frota_append(
  p_events jsonb, p_acks jsonb default '[]', p_keeps jsonb default '[]', p_forgets jsonb default '[]'
) returns jsonb language plpgsql set search_path = '' as $$
declare
  notices jsonb;
begin
  -- One batch after another: seq is then also the order in which events become visible, and a follower misses none.
  perform pg_advisory_xact_lock(hashtextextended('frota.events', 0));
  with taken as (insert into public.frota_events (id, tenant_id, session_id, kind, at, type, data, subject, epoch, journal_row)
  select e.id, e.tenant_id, e.session_id, (select s.kind from public.frota_sessions s where s.id = e.session_id),
    e.at, e.type, e.data, e.subject, e.epoch, e.journal_row
  from jsonb_array_elements(p_events) with ordinality as item (value, n)
  cross join lateral jsonb_populate_record(null::public.frota_events, item.value) as e
  where exists (select from public.frota_tenants t where t.id = e.tenant_id)
    and not public.frota_is_late(e.session_id, item.value ->> 'journal', e.journal_row)
    and not public.frota_is_forgotten(e.session_id, item.value ->> 'mark', e.epoch, e.journal_row)
  order by item.n
  on conflict (id) do nothing returning id, type)
  select coalesce(jsonb_agg(taken.id), '[]') into notices from taken where taken.type = 'notice';
  perform public.frota_apply_standing(p_keeps, p_forgets);
  -- Never backwards, and only for the journal that is the session's now.
  update public.frota_journals j set acked_row = greatest(j.acked_row, ack.acked_row)
  from (select a.session_id, a.journal, max(a.acked_row) as acked_row
    from jsonb_populate_recordset(null::public.frota_journals, p_acks) a group by a.session_id, a.journal) ack
  where j.session_id = ack.session_id and j.journal = ack.journal;
  return notices;
end $$;

-- By collection and key; with p_after_collection and p_after_key the next ones after that one.
create function public.frota_records(
  p_tenant text, p_session text, p_collection text, p_after_collection text, p_after_key text, p_removed boolean,
  p_limit integer
) returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(r) order by r.collection, r.key), '[]') from (
    select * from public.frota_records
    where tenant_id = p_tenant and session_id = p_session
      and (p_collection is null or collection = p_collection)
      and (p_after_key is null or (collection, key) > (p_after_collection, p_after_key))
      and (p_removed or data is not null)
    order by collection, key limit p_limit) r
$$;

-- Newest first; with p_after the next ones after it, oldest first.
create function public.frota_events(
  p_tenant text, p_session text, p_type text, p_since timestamptz, p_after text, p_limit integer
) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  -- Only lets the index skip what came before: without it all of the history would be read.
  first_seq bigint := 0;
begin
  if p_since is not null then
    select min(seq) into first_seq from public.frota_events where tenant_id = p_tenant and at >= p_since;
  end if;
  if p_after is null then
    return (select coalesce(jsonb_agg(to_jsonb(e) order by e.seq desc), '[]') from (
      select * from public.frota_events
      where tenant_id = p_tenant and seq >= first_seq
        and (p_session is null or session_id = p_session)
        and (p_type is null or type = p_type)
        and (p_since is null or at >= p_since)
      order by seq desc limit p_limit) e);
  end if;
  first_seq := greatest(first_seq,
    1 + coalesce((select seq from public.frota_events where id = p_after and tenant_id = p_tenant), 0));
  return (select coalesce(jsonb_agg(to_jsonb(e) order by e.seq), '[]') from (
    select * from public.frota_events
    where tenant_id = p_tenant and seq >= first_seq
      and (p_session is null or session_id = p_session)
      and (p_type is null or type = p_type)
      and (p_since is null or at >= p_since)
    order by seq limit p_limit) e);
end $$;

-- One bite; called again until it answers 0, so that none takes long.
create function public.frota_prune(p_now timestamptz, p_chunk integer) returns integer
language plpgsql set search_path = '' as $$
declare
  pruned integer;
begin
  delete from public.frota_events where seq in (
    select old.seq from public.frota_tenants t
    join public.frota_plans p on p.slug = t.plan
    cross join lateral (
      select e.seq from public.frota_events e
      where e.tenant_id = t.id and e.at < p_now - make_interval(days => least(p.retention_days, 36500)) -- a longer time is no date
      order by e.at limit p_chunk) old
    limit p_chunk);
  get diagnostics pruned = row_count;
  return pruned;
end $$;

-- Oldest first: the newest, or with p_after the next ones after it. Without a tenant: of everybody.
create function public.frota_audit_trail(p_tenant text, p_since timestamptz, p_after bigint, p_limit integer)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
  found jsonb;
begin
  if p_after is null then
    select coalesce(jsonb_agg(to_jsonb(a) order by a.seq), '[]') into found from (
      select * from public.frota_audit
      where (p_tenant is null or tenant_id = p_tenant) and (p_since is null or at >= p_since)
      order by seq desc limit p_limit) a;
  else
    select coalesce(jsonb_agg(to_jsonb(a) order by a.seq), '[]') into found from (
      select * from public.frota_audit
      where seq > p_after and (p_tenant is null or tenant_id = p_tenant) and (p_since is null or at >= p_since)
      order by seq limit p_limit) a;
  end if;
  return jsonb_build_object('entries', found, 'next', coalesce(found -> -1 ->> 'seq', p_after::text, '0'));
end $$;

-- views of kinds -------------------------------------------------------------------------------------------------

-- Those that are there, by name, with what they were made from.
create function public.frota_views() returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(substr(v.name, length('frota_') + 1), v.mark), '{}') from (
    select c.relname as name, obj_description(c.oid, 'pg_class') as mark from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' and c.relname like 'frota\_%') v
  where v.mark like 'frota view %'
$$;

-- With the indexes that were made for it.
create function public.frota_drop_view(p_view text) returns void language plpgsql set search_path = '' as $$
declare
  name text;
begin
  execute format('drop view if exists public.%I', 'frota_' || p_view);
  for name in select c.relname from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'i'
      and obj_description(c.oid, 'pg_class') = 'frota view ' || p_view
  loop
    execute format('drop index public.%I', name);
  end loop;
end $$;

-- What is asked of a view, as SQL. p_order: the columns that it is ordered by; p_after: where the page before ended,
-- column by column.
create function public.frota_view_sql(
  p_tenant text, p_view text, p_where jsonb, p_order jsonb, p_descending boolean, p_after jsonb, p_limit integer
) returns text language plpgsql stable set search_path = '' as $$
declare
  conditions text := format('tenant_id = %L', p_tenant);
  places text[] := array(
    select format('%I', o.value) from jsonb_array_elements_text(p_order) with ordinality o (value, n) order by o.n);
begin
  if exists (select from jsonb_array_elements(p_where) c where c.value ->> 'is' not in ('=', '<', '<=', '>', '>=')) then
    raise exception 'frota_view: no such comparison';
  end if;
  conditions := conditions || coalesce((
    select string_agg(format(' and %I %s %L', c.value ->> 'column', c.value ->> 'is', c.value ->> 'value'), '')
    from jsonb_array_elements(p_where) c), '');
  if jsonb_typeof(p_after) = 'array' then
    conditions := conditions || format(' and (%s) %s (%s)', array_to_string(places, ', '),
      case when p_descending then '<' else '>' end,
      (select string_agg(format('%L', a.value), ', ' order by a.n)
        from jsonb_array_elements_text(p_after) with ordinality a (value, n)));
  end if;
  return format('select * from public.%I where %s order by %s limit %s', 'frota_' || p_view, conditions,
    (select string_agg(place || case when p_descending then ' desc' else ' asc' end, ', ' order by n)
      from unnest(places) with ordinality p (place, n)),
    p_limit);
end $$;

create function public.frota_view(
  p_tenant text, p_view text, p_mark text, p_where jsonb, p_order jsonb, p_descending boolean, p_after jsonb,
  p_limit integer
) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  found jsonb;
begin
  if public.frota_views() ->> p_view is distinct from p_mark then
    perform public.frota_refuse('VIEW_MISSING', p_view);
  end if;
  execute format('select coalesce(jsonb_agg(to_jsonb(v)), ''[]'') from (%s) v',
    public.frota_view_sql(p_tenant, p_view, p_where, p_order, p_descending, p_after, p_limit)) into found;
  return found;
end $$;

-- a home ---------------------------------------------------------------------------------------------------------

create function public.frota_register(p_home text, p_host text, p_version text) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.frota_homes (id, host, version) values (p_home, p_host, p_version)
  on conflict (id) do update set host = excluded.host, version = excluded.version, registered_at = now();
end $$;

-- Asked every ten seconds: whoever has it already is told so, instead of being sent all of it again.
create function public.frota_snapshot(p_home text, p_known text default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  everything jsonb := jsonb_build_object(
    'key_check', public.frota_key_check(),
    'plans', public.frota_plans(),
    'tenants', public.frota_tenants(),
    'sessions', (select coalesce(jsonb_agg(to_jsonb(s) order by s.tenant_id, s.name), '[]')
      from public.frota_sessions s where s.home = p_home),
    'secrets', (select coalesce(jsonb_agg(to_jsonb(x) order by x.tenant_id, x.session_id, x.name), '[]')
      from public.frota_secrets x
      where x.session_id is null or x.session_id in (select id from public.frota_sessions where home = p_home)),
    'channels', (select coalesce(jsonb_agg(to_jsonb(c) order by c.tenant_id, c.name collate "C"), '[]')
      from public.frota_channels c),
    'operator_secrets', public.frota_operator_secrets(),
    'data_keys', (select coalesce(jsonb_agg(to_jsonb(k) order by k.tenant_id), '[]') from public.frota_data_keys k),
    -- without their rows, which change with every batch
    'journals', (select coalesce(jsonb_agg(jsonb_build_object('session_id', j.session_id, 'journal', j.journal)
        order by j.session_id), '[]')
      from public.frota_journals j join public.frota_sessions s on s.id = j.session_id where s.home = p_home));
  digest text := md5(everything::text);
begin
  if digest = p_known then return jsonb_build_object('digest', digest); end if;
  return everything || jsonb_build_object('digest', digest);
end $$;

-- The history of a home's sessions as one, in the order the store took it: the newest, or with p_after the next ones
-- behind it. `next` is where a follower goes on: the newest place looked at, of whatever type, so that waiting for a rare
-- type reads nothing twice.
create function public.frota_home_events(
  p_home text, p_sessions text[], p_type text, p_since timestamptz, p_after bigint, p_limit integer
) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  first_seq bigint := coalesce(p_after, 0) + 1;
  -- One look into the index a session. Only this home's own places: those of others are taken in no order with ours.
  last_seq bigint := (select coalesce(max(newest.seq), 0) from public.frota_sessions s
    cross join lateral (select max(e.seq) as seq from public.frota_events e
      where e.tenant_id = s.tenant_id and e.session_id = s.id) newest
    where s.home = p_home and (p_sessions is null or s.id = any(p_sessions)));
  since_seq bigint;
  found jsonb;
begin
  if p_since is not null then
    select coalesce(min(oldest.seq), last_seq + 1) into since_seq
    from (select distinct s.tenant_id from public.frota_sessions s
      where s.home = p_home and (p_sessions is null or s.id = any(p_sessions))) t
    cross join lateral (select min(e.seq) as seq from public.frota_events e
      where e.tenant_id = t.tenant_id and e.at >= p_since) oldest;
    first_seq := greatest(first_seq, since_seq);
  end if;
  if first_seq > last_seq then
    return jsonb_build_object('events', '[]'::jsonb, 'next', greatest(last_seq, coalesce(p_after, 0))::text);
  end if;
  if p_after is null then
    select coalesce(jsonb_agg(to_jsonb(e) order by e.seq), '[]') into found from (
      select e.* from public.frota_events e
      join public.frota_sessions s on s.tenant_id = e.tenant_id and s.id = e.session_id
      where s.home = p_home and (p_sessions is null or s.id = any(p_sessions))
        and e.seq between first_seq and last_seq
        and (p_type is null or e.type = p_type)
        and (p_since is null or e.at >= p_since)
      order by e.seq desc limit p_limit) e;
  else
    select coalesce(jsonb_agg(to_jsonb(e) order by e.seq), '[]') into found from (
      select e.* from public.frota_events e
      join public.frota_sessions s on s.tenant_id = e.tenant_id and s.id = e.session_id
      where s.home = p_home and (p_sessions is null or s.id = any(p_sessions))
        and e.seq between first_seq and last_seq
        and (p_type is null or e.type = p_type)
        and (p_since is null or e.at >= p_since)
      order by e.seq limit p_limit) e;
  end if;
  if p_after is not null and jsonb_array_length(found) = p_limit then
    last_seq := (found -> -1 ->> 'seq')::bigint;
  end if;
  return jsonb_build_object('events', found, 'next', last_seq::text);
end $$;

create function public.frota_acquire(p_home text, p_session text, p_run text, p_ttl_ms integer, p_at_least bigint)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  lease public.frota_leases;
  until timestamptz := clock_timestamp() + p_ttl_ms * interval '1 millisecond';
begin
  -- A session that is just being moved is waited for: it is then another home's.
  perform from public.frota_sessions where id = p_session and home = p_home for share;
  if not found then perform public.frota_refuse('SESSION_UNKNOWN', p_session); end if;
  insert into public.frota_leases as l (session_id, home, run, epoch, expires_at)
  select id, p_home, p_run, p_at_least, until from public.frota_sessions where id = p_session and home = p_home
  on conflict (session_id) do update
  set home = p_home, run = p_run, epoch = greatest(l.epoch + 1, excluded.epoch), expires_at = until
  where l.home is null or l.home = p_home or l.expires_at <= clock_timestamp()
  returning * into lease;
  if found then
    return jsonb_build_object('epoch', lease.epoch,
      'journal', (select to_jsonb(j) from public.frota_journals j where j.session_id = p_session));
  end if;
  select * into lease from public.frota_leases where session_id = p_session;
  if not found then perform public.frota_refuse('SESSION_UNKNOWN', p_session); end if;
  return jsonb_build_object('held_by', lease.home,
    'for_ms', round(extract(epoch from lease.expires_at - clock_timestamp()) * 1000));
end $$;

-- Takes a session to this home, or answers who holds its lease.
create function public.frota_move(p_home text, p_session text, p_from text, p_journal text, p_audit jsonb)
returns jsonb language plpgsql set search_path = '' as $$
declare
  session public.frota_sessions;
  held public.frota_leases;
begin
  select * into session from public.frota_sessions where id = p_session and home = p_from for update;
  if not found then perform public.frota_refuse('SESSION_MOVED', p_session); end if;
  select * into held from public.frota_leases where session_id = p_session for update;
  if held.home <> p_home and held.expires_at > clock_timestamp() then
    return public.frota_lease(session.tenant_id, p_session);
  end if;
  update public.frota_sessions set home = p_home, start_requests = start_requests + (wanted = 'running')::integer
  where id = p_session;
  update public.frota_leases set home = null, run = null where session_id = p_session;
  delete from public.frota_heartbeats where session_id = p_session;
  if p_journal is not null then
    perform public.frota_replace_journal(session.tenant_id, p_session, p_journal, null);
  end if;
  perform public.frota_audit(p_audit || jsonb_build_object('tenant_id', session.tenant_id));
  return null;
end $$;

-- Keeps the first one told, and answers the one that is kept.
create function public.frota_keep_journal(p_home text, p_session text, p_journal text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  kept public.frota_journals;
begin
  perform public.frota_refuse_taken_journal(p_session, p_journal);
  insert into public.frota_journals (session_id, tenant_id, journal, acked_row)
  select id, tenant_id, p_journal, 0 from public.frota_sessions where id = p_session and home = p_home
  on conflict (session_id) do nothing;
  select * into kept from public.frota_journals where session_id = p_session;
  if not found then perform public.frota_refuse('SESSION_UNKNOWN', p_session); end if;
  return to_jsonb(kept);
end $$;

create function public.frota_renew(p_home text, p_ttl_ms integer) returns jsonb
language plpgsql set search_path = '' as $$
declare
  ours jsonb;
begin
  with renewed as (
    update public.frota_leases set expires_at = clock_timestamp() + p_ttl_ms * interval '1 millisecond'
    where home = p_home returning session_id, run, epoch)
  select coalesce(jsonb_agg(to_jsonb(renewed)), '[]') into ours from renewed;
  return ours;
end $$;

create function public.frota_release(p_home text, p_session text, p_run text) returns void
language plpgsql set search_path = '' as $$
begin
  update public.frota_leases set home = null, run = null, expires_at = clock_timestamp()
  where session_id = p_session and home = p_home and run = p_run;
end $$;

create function public.frota_beat(p_home text, p_rows jsonb) returns void language plpgsql set search_path = '' as $$
begin
  insert into public.frota_heartbeats as h
  select distinct on (b.session_id) b.*
  from jsonb_populate_recordset(null::public.frota_heartbeats, p_rows) b
  join public.frota_sessions s on s.id = b.session_id and s.tenant_id = b.tenant_id and s.home = p_home
  order by b.session_id, b.at desc
  on conflict (session_id) do update set run = excluded.run, state = excluded.state, reason = excluded.reason,
    detail = excluded.detail, pid = excluded.pid, port = excluded.port, host = excluded.host,
    rss_bytes = excluded.rss_bytes, cpu_percent = excluded.cpu_percent, restarts = excluded.restarts,
    counters = excluded.counters, since = excluded.since, started_at = excluded.started_at,
    stopped_at = excluded.stopped_at, at = excluded.at
  where excluded.at >= h.at;
end $$;

create function public.frota_heartbeats(p_home text) returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(h)), '[]')
  from public.frota_heartbeats h join public.frota_sessions s on s.id = h.session_id where s.home = p_home
$$;

-- frota db copy --------------------------------------------------------------------------------------------------

create function public.frota_export_tenant(p_id text) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  tenant public.frota_tenants;
begin
  select * into tenant from public.frota_tenants where id = p_id;
  if not found then perform public.frota_refuse('TENANT_UNKNOWN', p_id); end if;
  return jsonb_build_object(
    'tenant', to_jsonb(tenant),
    'sessions', public.frota_sessions(p_id),
    'secrets', (select coalesce(jsonb_agg(to_jsonb(x) order by x.session_id nulls first, x.name), '[]')
      from public.frota_secrets x where x.tenant_id = p_id),
    'data_key', public.frota_data_key(p_id),
    'channels', public.frota_channels(p_id),
    'claims', (select coalesce(jsonb_agg(to_jsonb(c) order by c.account, c.source), '[]')
      from public.frota_claims c where c.tenant_id = p_id),
    'epochs', (select coalesce(jsonb_agg(to_jsonb(l) order by l.session_id), '[]')
      from public.frota_leases l join public.frota_sessions s on s.id = l.session_id where s.tenant_id = p_id),
    -- What a removed session left is not copied: its name is nobody's yet.
    'journals', (select coalesce(jsonb_agg(to_jsonb(j) order by j.session_id), '[]')
      from public.frota_journals j join public.frota_sessions s on s.id = j.session_id where j.tenant_id = p_id),
    'forgotten', (select coalesce(jsonb_agg(to_jsonb(f) order by f.session_id, f.mark collate "C"), '[]')
      from public.frota_forgotten f where f.tenant_id = p_id),
    'audit', (select coalesce(jsonb_agg(to_jsonb(a) order by a.seq), '[]')
      from public.frota_audit a where a.tenant_id = p_id));
end $$;

create function public.frota_import_tenant(p_copy jsonb) returns void language plpgsql set search_path = '' as $$
declare
  tenant_id text := p_copy -> 'tenant' ->> 'id';
begin
  perform public.frota_add_tenant(p_copy -> 'tenant', null);
  insert into public.frota_sessions select * from jsonb_populate_recordset(null::public.frota_sessions, p_copy -> 'sessions');
  insert into public.frota_secrets select * from jsonb_populate_recordset(null::public.frota_secrets, p_copy -> 'secrets');
  if p_copy ->> 'data_key' is not null then
    perform public.frota_add_data_key(tenant_id, p_copy ->> 'data_key');
  end if;
  insert into public.frota_channels select * from jsonb_populate_recordset(null::public.frota_channels, p_copy -> 'channels');
  perform pg_advisory_xact_lock(hashtextextended('frota.claims', 0));
  if exists (select from public.frota_claims
    where account in (select c ->> 'account' from jsonb_array_elements(p_copy -> 'claims') c))
  then
    perform public.frota_refuse('ACCOUNT_TAKEN', p_copy -> 'tenant' ->> 'slug');
  end if;
  insert into public.frota_claims select * from jsonb_populate_recordset(null::public.frota_claims, p_copy -> 'claims');
  -- Nobody holds them here; the next epoch is higher than any that was ever given out.
  insert into public.frota_leases (session_id, epoch, expires_at)
  select l.session_id, l.epoch, 'epoch' from jsonb_populate_recordset(null::public.frota_leases, p_copy -> 'epochs') l;
  insert into public.frota_journals select * from jsonb_populate_recordset(null::public.frota_journals, p_copy -> 'journals');
  insert into public.frota_forgotten select * from jsonb_populate_recordset(null::public.frota_forgotten, p_copy -> 'forgotten');
  insert into public.frota_audit (tenant_id, at, actor, action, subject, data)
  select a.tenant_id, a.at, a.actor, a.action, a.subject, a.data
  from jsonb_populate_recordset(null::public.frota_audit, p_copy -> 'audit') a;
end $$;

-- Only the service role calls them.
do $$
declare
  f regprocedure;
begin
  for f in select oid::regprocedure from pg_proc
    where pronamespace = 'public'::regnamespace and proname like 'frota\_%'
  loop
    execute format('revoke all on function %s from public, anon, authenticated', f);
    execute format('grant execute on function %s to service_role', f);
  end loop;
end $$;

insert into public.frota_schema_version (version) values (2);
notify pgrst, 'reload schema';
