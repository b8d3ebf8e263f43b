-- Sources that a person has paused.

alter table sources add column paused_at text;
