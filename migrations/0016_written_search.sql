-- Search in what was written of a session: its title, tags and summary, its lists, notes and comments ----------

-- array_to_string is not marked immutable, for some types are written otherwise by other settings; text never is.
create function public.words_of_tags(tags text[]) returns tsvector language sql immutable parallel safe
    return to_tsvector('public.portal', array_to_string(tags, ', '));

-- Stored, and not an index: the search walks the caller's sessions and meets a few rows in each, of which it would
-- have to take every text apart.
alter table coaching_sessions add column words tsvector not null generated always as
    (to_tsvector('public.portal', title) || public.words_of_tags(tags) || to_tsvector('public.portal', coalesce(summary, ''))) stored;
alter table session_items add column words tsvector not null generated always as (to_tsvector('public.portal', text)) stored;
alter table note_entries add column words tsvector not null generated always as (to_tsvector('public.portal', text)) stored;
alter table comments add column words tsvector not null generated always as (to_tsvector('public.portal', text)) stored;
