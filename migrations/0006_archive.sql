-- The archive of sessions -------------------------------------------------------------------------

-- What lies in it. No foreign key: the row must outlive its session until the object is removed.
create table session_archives (
    session_id uuid primary key,
    key text not null unique,
    hash bytea not null check (length(hash) = 32),
    size bigint not null check (size >= 0),
    raw_size bigint not null check (raw_size >= 0),
    archived_at timestamptz not null
);

create table archive_checks (
    id uuid primary key,
    finished_at timestamptz not null,
    sessions integer not null,
    written integer not null,
    removed integer not null,
    failed integer not null,
    failure text
);
