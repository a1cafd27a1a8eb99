-- A turn may hold a minute of talk: where in its text each piece that was heard in one go begins, and when (pairs of
-- characters and milliseconds after its start), so that a decision leads to the words it stands on.
alter table turns add column pieces integer[] not null default '{}';

alter table session_items add column evidence_at timestamptz[] not null default '{}';
