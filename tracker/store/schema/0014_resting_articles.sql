-- What is due of a source that is paused or no longer configured stays due, but out of the way: a search for what is due
-- would walk past all of it every second. Triggers keep it so, whoever pauses a source or adds an article.

alter table article_state add column rests integer not null default 0 check (rests in (0, 1));
update article_state set rests = 1 where article_id in (
  select a.id from sources o join articles a on a.source_id = o.id where o.active = 0 or o.paused_at is not null);
drop index article_state_due;
create index article_state_due on article_state (next_check_at) where rests = 0 and next_check_at is not null;
create trigger sources_rest after update of active, paused_at on sources
when (new.active = 0 or new.paused_at is not null) <> (old.active = 0 or old.paused_at is not null)
begin
  update article_state set rests = (new.active = 0 or new.paused_at is not null)
  where article_id in (select id from articles where source_id = new.id);
end;
create trigger article_state_rests after insert on article_state
when exists (
  select 1 from articles a join sources o on o.id = a.source_id
  where a.id = new.article_id and (o.active = 0 or o.paused_at is not null))
begin
  update article_state set rests = 1 where article_id = new.article_id;
end;
