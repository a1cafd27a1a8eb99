-- The sentences of a summary with the turns they stand on, as FRED made them: [{text, turns, at, unverified}].
alter table coaching_sessions add column summary_points jsonb not null default '[]';
