-- Alerts about sources that broke or healed.

alter table outbox add column source_event_id integer references source_events (id) on delete cascade;
create index outbox_source_event on outbox (source_event_id) where source_event_id is not null;
