-- Comments of the two people at moments of their session ------------------------------------------

create table comments (
    id uuid primary key,
    session_id uuid not null references coaching_sessions on delete cascade,
    author_id uuid not null references people,
    reply_to_id uuid,
    at timestamptz not null,
    text text not null check (length(text) <= 4000),
    created_at timestamptz not null,
    updated_at timestamptz,
    deleted_at timestamptz,
    unique (id, session_id),
    -- A reply never leaves its session.
    foreign key (reply_to_id, session_id) references comments (id, session_id) on delete cascade
);
create index comments_session_id on comments (session_id, at);
create index comments_reply_to_id on comments (reply_to_id) where reply_to_id is not null;
create index comments_deleted_at on comments (deleted_at) where deleted_at is not null;
