-- Search across sessions --------------------------------------------------------------------------

-- All three are trusted and come with every PostgreSQL: whoever may create schemas in this database may create them.
create extension if not exists btree_gin;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Words as they stand, without case and accents. People coach in any language: the stems of one would spoil the others.
create text search configuration public.portal (copy = pg_catalog.simple);
alter text search configuration public.portal
    alter mapping for word, hword, hword_part, numword, numhword, hword_numpart with unaccent, simple;

-- By session first, so that a search goes through the caller's own sessions, newest first, and ends when its page is
-- full. Without fastupdate: its pending list would be read through once a session.
create index turns_search on turns using gin (session_id, to_tsvector('public.portal', text)) with (fastupdate = off)
    where superseded_at is null;

-- Every word that was ever said, for what was typed or heard not quite right.
create table search_words (
    word text primary key check (length(word) between 3 and 40)
);
create index search_words_similar on search_words using gin (word gin_trgm_ops);
insert into search_words (word)
select distinct w from turns, unnest(tsvector_to_array(to_tsvector('public.portal', text))) w
where superseded_at is null and length(w) between 3 and 40 and w !~ '^[0-9]';
