-- Since when FRED's agent is missing in the call's room, or was last sent for again; and how often it was.
alter table calls add column agent_missing_since timestamptz;
alter table calls add column agent_asks integer not null default 0;
