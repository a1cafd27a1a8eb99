-- Several portals on one database ---------------------------------------------------------------

-- What a participant sends at the moment, as their page says; null until it has said.
alter table participations
    add column microphone boolean,
    add column camera boolean,
    add column screen boolean;

-- On its way from one portal's hub to the pages of the others: told by NOTIFY, which is too small to carry it.
create unlogged table hub_messages (
    id bigint generated always as identity primary key,
    node uuid not null,
    audience text not null,
    method text not null,
    arguments jsonb not null,
    created_at timestamptz not null default now()
);
create index hub_messages_created_at on hub_messages (created_at);

-- Calls over LiveKit ----------------------------------------------------------------------------

-- What carries sound and pictures, decided when the call opens.
alter table calls add column transport text not null default 'direct' check (transport in ('direct', 'livekit'));
alter table calls alter column transport drop default;

-- The participant that LiveKit knows under this participation: its sid, and when it joined there.
alter table participations
    add column livekit_sid text,
    add column livekit_joined_at timestamptz;

-- What LiveKit has posted: kept once by its id, applied afterwards.
create table livekit_events (
    id text primary key check (length(id) between 1 and 100),
    name text not null check (length(name) <= 100),
    happened_at timestamptz not null,
    received_at timestamptz not null,
    -- In protobuf's binary form.
    body bytea not null,
    attempts integer not null default 0,
    -- Null when there is nothing left to do: it was applied, or given up.
    next_attempt_at timestamptz,
    applied_at timestamptz
);
create index livekit_events_due on livekit_events (next_attempt_at) where next_attempt_at is not null;
create index livekit_events_received_at on livekit_events (received_at);

-- Whether it works ------------------------------------------------------------------------------

create table system_checks (
    name text primary key,
    state text not null check (state in ('works', 'fails', 'not_set_up', 'unknown')),
    words text not null,
    checked_at timestamptz not null,
    last_success_at timestamptz,
    last_failure_at timestamptz,
    last_failure text
);

-- Decisions and actions that people took away or put in other words -------------------------------

-- How a program first worded an item, and when a person removed it: so that a second summary of the same session does
-- not bring it back.
alter table session_items
    add column said_as text,
    add column removed_at timestamptz;
update session_items set said_as = text where source <> 'hand';

-- Recording by LiveKit's Egress -------------------------------------------------------------------

-- Who takes the sound: the portal, from the browsers, or LiveKit's Egress.
alter table recordings add column recorder text not null default 'portal' check (recorder in ('portal', 'egress'));
alter table recordings alter column recorder drop default;

-- A file that holds a part of a recording, and where on its timeline.
alter table recording_files
    add column started_at timestamptz,
    add column duration_ms bigint check (duration_ms >= 0),
    add column segment_id uuid references recording_segments on delete cascade;

create table egresses (
    id uuid primary key,
    session_id uuid not null references coaching_sessions on delete cascade,
    recording_id uuid not null references recordings on delete cascade,
    segment_id uuid not null references recording_segments on delete cascade,
    kind text not null check (kind in ('room', 'track')),
    room_name text not null,
    person_id uuid references people,
    participation_id uuid references participations on delete cascade,
    track_id text,
    -- LiveKit's name for it; null until LiveKit has answered.
    egress_id text unique,
    key text not null unique,
    status text not null check (status in ('wanted', 'starting', 'active', 'ending', 'complete', 'failed')),
    attempts integer not null,
    -- Nobody but its holder touches it before.
    lease_until timestamptz not null,
    wanted_at timestamptz not null,
    asked_at timestamptz,
    stop_wanted_at timestamptz,
    stopped_at timestamptz,
    -- Whoever may not publish before it has ended.
    held_person_ids uuid[] not null default '{}',
    file_started_at timestamptz,
    ended_at timestamptz,
    size bigint check (size >= 0),
    duration_ms bigint check (duration_ms >= 0),
    failure text,
    updated_at timestamptz not null,
    check (kind = 'room' or (person_id is not null and participation_id is not null and track_id is not null))
);
create index egresses_recording_id on egresses (recording_id);
create index egresses_segment_id on egresses (segment_id);
create index egresses_open on egresses (lease_until) where status not in ('complete', 'failed') or held_person_ids <> '{}';
-- One that records a call at a time; the one before it may still be writing its file.
create unique index egresses_recording on egresses (recording_id) where kind = 'room' and status in ('wanted', 'starting', 'active');

-- How loud a microphone was while Egress recorded, a byte a tenth of a second: the outline that the player draws.
create table recording_levels (
    participation_id uuid not null references participations on delete cascade,
    started_at timestamptz not null,
    recording_id uuid not null references recordings on delete cascade,
    levels bytea not null check (length(levels) between 1 and 600),
    primary key (participation_id, started_at)
);
create index recording_levels_recording_id on recording_levels (recording_id);
