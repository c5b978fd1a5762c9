-- The history of a home's sessions as one, in the order the store took it: the newest, or with p_after the next ones
-- behind it. `next` is where a follower goes on: the newest place looked at, of whatever type, so that waiting for a rare
-- type reads nothing twice.
create function public.frota_home_events(
  p_home text, p_sessions text[], p_type text, p_since timestamptz, p_after bigint, p_limit integer
) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  first_seq bigint := coalesce(p_after, 0) + 1;
  -- One look into the index a session. Only this home's own places: those of others are taken in no order with ours.
  last_seq bigint := (select coalesce(max(newest.seq), 0) from public.sessions s
    cross join lateral (select max(e.seq) as seq from public.events e
      where e.tenant_id = s.tenant_id and e.session_id = s.id) newest
    where s.home = p_home and (p_sessions is null or s.id = any(p_sessions)));
  since_seq bigint;
  found jsonb;
begin
  if p_since is not null then
    select coalesce(min(oldest.seq), last_seq + 1) into since_seq
    from (select distinct s.tenant_id from public.sessions s
      where s.home = p_home and (p_sessions is null or s.id = any(p_sessions))) t
    cross join lateral (select min(e.seq) as seq from public.events e
      where e.tenant_id = t.tenant_id and e.at >= p_since) oldest;
    first_seq := greatest(first_seq, since_seq);
  end if;
  if first_seq > last_seq then
    return jsonb_build_object('events', '[]'::jsonb, 'next', greatest(last_seq, coalesce(p_after, 0))::text);
  end if;
  if p_after is null then
    select coalesce(jsonb_agg(to_jsonb(e) order by e.seq), '[]') into found from (
      select e.* from public.events e
      join public.sessions s on s.tenant_id = e.tenant_id and s.id = e.session_id
      where s.home = p_home and (p_sessions is null or s.id = any(p_sessions))
        and e.seq between first_seq and last_seq
        and (p_type is null or e.type = p_type)
        and (p_since is null or e.at >= p_since)
      order by e.seq desc limit p_limit) e;
  else
    select coalesce(jsonb_agg(to_jsonb(e) order by e.seq), '[]') into found from (
      select e.* from public.events e
      join public.sessions s on s.tenant_id = e.tenant_id and s.id = e.session_id
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

revoke all on function public.frota_home_events(text, text[], text, timestamptz, bigint, integer)
  from public, anon, authenticated;
grant execute on function public.frota_home_events(text, text[], text, timestamptz, bigint, integer) to service_role;

insert into public.schema_version (version) select max(version) + 1 from public.schema_version;
notify pgrst, 'reload schema';
