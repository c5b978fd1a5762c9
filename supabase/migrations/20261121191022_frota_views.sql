-- Views of the kinds that come with frota. `npm run view-migration` writes these files from what the kinds declare; one
-- that is there is never changed: the next one makes its view anew.

select public.frota_drop_view('whatsapp_pairings');
create view public.frota_whatsapp_pairings with (security_invoker = true) as
select
  tenant_id,
  session_id collate "C" as session_id,
  (select s.name collate "C" from public.frota_sessions s where s.id = session_id) as session,
  id collate "C" as id,
  at,
  seq,
  type collate "C" as type,
  case when jsonb_typeof(data #> '{phone}') = 'string' then data #>> '{phone}' end collate "C" as "phone",
  case when jsonb_typeof(data #> '{name}') = 'string' then data #>> '{name}' end collate "C" as "name",
  case when jsonb_typeof(data #> '{reason}') = 'string' then data #>> '{reason}' end collate "C" as "reason"
from public.frota_events
where kind = 'whatsapp' and type in ('paired', 'pairing.lost', 'pairing.restored', 'logged.out');
comment on view public.frota_whatsapp_pairings is 'frota view 0f6ed70c6c2ad019';
revoke all on public.frota_whatsapp_pairings from public, anon, authenticated;
grant select on public.frota_whatsapp_pairings to service_role;
create index frota_whatsapp_pairings_order on public.frota_events (tenant_id, at, seq)
where kind = 'whatsapp' and type in ('paired', 'pairing.lost', 'pairing.restored', 'logged.out');
comment on index public.frota_whatsapp_pairings_order is 'frota view whatsapp_pairings';

insert into public.frota_schema_version (version) select max(version) + 1 from public.frota_schema_version;
notify pgrst, 'reload schema';
