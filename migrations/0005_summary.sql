-- Open questions beside decisions and actions, what the transcript does not bear out, and what the model was asked.
alter table session_items drop constraint session_items_kind_check;
alter table session_items add constraint session_items_kind_check check (kind in ('decision', 'next_action', 'open_question'));
alter table session_items add column is_unverified boolean not null default false;

create table model_calls (
    id uuid primary key,
    session_id uuid references coaching_sessions on delete set null,
    purpose text not null check (purpose in ('chat', 'summary', 'check')),
    model text not null check (length(model) between 1 and 200),
    asked_at timestamptz not null,
    duration_ms integer not null check (duration_ms >= 0),
    input_tokens integer check (input_tokens >= 0),
    output_tokens integer check (output_tokens >= 0),
    failure text
);

create index model_calls_asked_at on model_calls (asked_at);
