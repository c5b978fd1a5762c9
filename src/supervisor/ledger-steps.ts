// The ledger's tables: the n-th step makes version n of the file. What has shipped is never edited: add the next one, and
// say so with `npm run keep-schemas`. The supervisor takes it forward when it opens it, under the home's lock.
//
// What lies in `unit`, `config`, `event` and `message` is JSON of this program's own: a field that a later program adds is
// missing in the rows of before.
const first = `
create table if not exists units (id text primary key, unit text not null) strict;
create table if not exists good (id text primary key, version integer not null, config text not null) strict;
create table if not exists aside (
  seq integer primary key, at text not null, session text not null, why text not null, what text not null) strict;
create table if not exists untold (seq integer primary key, id text not null unique, event text not null) strict;

create table if not exists notices (
  id text primary key, tenant text not null, at integer not null, told integer not null) strict;
create index if not exists notices_age on notices (tenant, at);
create table if not exists deliveries (
  seq integer primary key, id text not null unique, channel text not null, message text not null) strict;
create index if not exists deliveries_channel on deliveries (channel, seq);
create table if not exists channels (channel text primary key, sent_at text, error text) strict;
`

const oneTimeLinks = `
create table links (mark text primary key, link text not null) strict;
`

export const LEDGER_STEPS: readonly string[] = [first, oneTimeLinks]
