-- How good each connection was ------------------------------------------------------------------

-- What a page in a call measured, every five seconds. Round trip and jitter in milliseconds, loss from 0 to 1; the score
-- is the portal's, from 0 to 100.
create table connection_samples (
    participation_id uuid not null references participations on delete cascade,
    at timestamptz not null,
    session_id uuid not null references coaching_sessions on delete cascade,
    rtt_ms real check (rtt_ms between 0 and 60000),
    loss real not null check (loss between 0 and 1),
    jitter_ms real not null check (jitter_ms between 0 and 60000),
    score smallint not null check (score between 0 and 100),
    primary key (participation_id, at)
);
create index connection_samples_session_id on connection_samples (session_id, at);
