-- When FRED, or an agent, last made the lists: a summary written by hand has a time of its own.
alter table coaching_sessions add column lists_at timestamptz;

-- When a step last failed; kept when it then works. The database keeps it, whoever runs the step.
alter table post_call_steps add column failed_at timestamptz;

create function note_failure() returns trigger language plpgsql as $$
begin
    new.failed_at := coalesce(case when tg_op = 'INSERT' then new.failed_at end, now());
    return new;
end $$;

create trigger post_call_steps_inserted_failed before insert on post_call_steps
    for each row when (new.status = 'failed') execute function note_failure();
create trigger post_call_steps_failed before update of status on post_call_steps
    for each row when (new.status = 'failed' and old.status <> 'failed') execute function note_failure();
