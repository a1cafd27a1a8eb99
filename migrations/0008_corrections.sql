-- Transcripts corrected by hand -------------------------------------------------------------------

-- Who changed a turn's words, when, and what stood there before.
create table turn_corrections (
    id uuid primary key,
    session_id uuid not null references coaching_sessions on delete cascade,
    turn_id uuid not null references turns on delete cascade,
    person_id uuid not null references people,
    corrected_at timestamptz not null,
    text_before text not null,
    confidence_before double precision
);
create index turn_corrections_session_id on turn_corrections (session_id, corrected_at);
create index turn_corrections_turn_id on turn_corrections (turn_id);

-- Who gave a speaker's turns, all at once, another name or said whose they are.
create table speaker_corrections (
    id uuid primary key,
    session_id uuid not null references coaching_sessions on delete cascade,
    person_id uuid not null references people,
    corrected_at timestamptz not null,
    turn_ids uuid[] not null,
    speaker_before text not null,
    role_before text check (role_before in ('founder', 'coach')),
    speaker_id_before uuid references people,
    speaker text not null check (length(speaker) between 1 and 100),
    role text check (role in ('founder', 'coach')),
    speaker_id uuid references people
);
create index speaker_corrections_session_id on speaker_corrections (session_id, corrected_at);
