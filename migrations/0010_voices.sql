-- One egress of a microphone at a time in each span; the one before it may still be writing its file.
create unique index egresses_track on egresses (segment_id, track_id) where kind = 'track' and status in ('wanted', 'starting', 'active');
