-- What an alert is known by to whoever gets it, and when it may go out first.

alter table outbox add column key text not null default '';
alter table outbox add column due_at text;
create unique index outbox_key on outbox (key) where key <> '';
create index outbox_age on outbox (due_at);
create index outbox_sink on outbox (sink, next_try_at) where delivered_at is null;
