-- Views of the kinds that come with frota. `npm run view-migration` writes these files from what the kinds declare; one
-- that is there is never changed: the next one makes its view anew.

select public.frota_drop_view('whatsapp_messages');
create view public.frota_whatsapp_messages with (security_invoker = true) as
select
  tenant_id,
  session_id collate "C" as session_id,
  (select s.name collate "C" from public.frota_sessions s where s.id = session_id) as session,
  id collate "C" as id,
  at,
  seq,
  type collate "C" as type,
  case when jsonb_typeof(data #> '{chat}') = 'string' then data #>> '{chat}' end collate "C" as "chat",
  case when jsonb_typeof(data #> '{from}') = 'string' then data #>> '{from}' end collate "C" as "sender",
  case when jsonb_typeof(data #> '{name}') = 'string' then data #>> '{name}' end collate "C" as "name",
  case when jsonb_typeof(data #> '{text}') = 'string' then data #>> '{text}' end collate "C" as "text",
  case when jsonb_typeof(data #> '{kind}') = 'string' then data #>> '{kind}' end collate "C" as "content",
  case when jsonb_typeof(data #> '{by}') = 'string' then data #>> '{by}' end collate "C" as "by",
  case when jsonb_typeof(data #> '{id}') = 'string' then data #>> '{id}' end collate "C" as "message_id",
  case when jsonb_typeof(data #> '{at}') = 'string' and (data #>> '{at}') ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$' then data #>> '{at}' end collate "C" as "written_at"
from public.frota_events
where kind = 'whatsapp' and type in ('message.in', 'message.out');
comment on view public.frota_whatsapp_messages is 'frota view cad5d335863df13f';
revoke all on public.frota_whatsapp_messages from public, anon, authenticated;
grant select on public.frota_whatsapp_messages to service_role;
create index frota_whatsapp_messages_order on public.frota_events (tenant_id, at, seq)
where kind = 'whatsapp' and type in ('message.in', 'message.out');
comment on index public.frota_whatsapp_messages_order is 'frota view whatsapp_messages';
create index frota_whatsapp_messages_by1 on public.frota_events (tenant_id, (case when jsonb_typeof(data #> '{chat}') = 'string' then data #>> '{chat}' end collate "C"), at, seq)
where kind = 'whatsapp' and type in ('message.in', 'message.out');
comment on index public.frota_whatsapp_messages_by1 is 'frota view whatsapp_messages';

insert into public.frota_schema_version (version) select max(version) + 1 from public.frota_schema_version;
notify pgrst, 'reload schema';
