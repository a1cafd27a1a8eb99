-- Since when a page sends no sound: what was said before that may be handed in after it.
alter table participations add column muted_at timestamptz;
