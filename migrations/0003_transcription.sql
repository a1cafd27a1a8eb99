-- Transcripts written after the call, from each one's own track -----------------------------------

-- A turn that a better one stands for is kept and shown nowhere.
alter table turns
    add column superseded_at timestamptz,
    add column superseded_by_id uuid references turns on delete set null;
create index turns_superseded_by_id on turns (superseded_by_id) where superseded_by_id is not null;

-- Names and terms that recognisers do not know, for this coach's sessions.
alter table people add column vocabulary text[] not null default '{}';

create table transcriptions (
    call_id uuid primary key references calls on delete cascade,
    session_id uuid not null references coaching_sessions on delete cascade,
    finished_at timestamptz not null,
    turns integer not null check (turns >= 0),
    words text not null
);
create index transcriptions_session_id on transcriptions (session_id);

create table transcribed_spans (
    call_id uuid not null references calls on delete cascade,
    session_id uuid not null references coaching_sessions on delete cascade,
    person_id uuid not null references people,
    started_at timestamptz not null,
    ended_at timestamptz not null check (ended_at >= started_at),
    primary key (call_id, person_id, started_at)
);
create index transcribed_spans_session_id on transcribed_spans (session_id, person_id);
