-- One egress that records a room at a time, whichever recording it is for; the one before it may still be writing its file.
create unique index egresses_room on egresses (room_name) where kind = 'room' and status in ('wanted', 'starting', 'active');

-- What is missing in a complete recording, and why, in words for the coach.
alter table recordings add column missing text;
