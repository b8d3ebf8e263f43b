-- The sums of the changes of each source and hour, and of each article, kept by triggers.

create table source_edits (
  source_id text not null references sources (id),
  hour text not null,
  edits integer not null, headline_changes integer not null, substantive integer not null, silent integer not null, sentences_deleted integer not null,
  primary key (source_id, hour)
) strict, without rowid;
insert into source_edits select source_id, substr(row.seen_before, 1, 13) || ':00:00Z', sum(1), sum(row.headline_changed), sum((row.class = 'substantive')), sum((row.class = 'substantive' and row.acknowledged = 0 and row.acknowledged_by is null)), sum(row.sentences_deleted) from changes row where noise_rule is null group by 1, 2;

alter table articles add column edits integer not null default 0;
alter table articles add column first_edit_after text;
update articles set edits = (select count(*) from changes c where c.article_id = articles.id and c.noise_rule is null), first_edit_after = (select min(c.seen_after) from changes c where c.article_id = articles.id and c.noise_rule is null) where version_count > 1;
drop index articles_source_seen;
create index articles_source_seen on articles (source_id, first_seen_at, id, state, first_edit_after);
create index articles_source_edited on articles (source_id, last_changed_at, edits);

create trigger changes_counted after insert on changes begin
  insert into source_edits (source_id, hour, edits, headline_changes, substantive, silent, sentences_deleted) select new.source_id, substr(new.seen_before, 1, 13) || ':00:00Z', 1, new.headline_changed, (new.class = 'substantive'), (new.class = 'substantive' and new.acknowledged = 0 and new.acknowledged_by is null), new.sentences_deleted where new.noise_rule is null on conflict (source_id, hour) do update set edits = edits + excluded.edits, headline_changes = headline_changes + excluded.headline_changes, substantive = substantive + excluded.substantive, silent = silent + excluded.silent, sentences_deleted = sentences_deleted + excluded.sentences_deleted;
  update articles
  set edits = edits + 1, first_edit_after = min(ifnull(first_edit_after, new.seen_after), new.seen_after)
  where id = new.article_id and new.noise_rule is null;
end;
create trigger changes_uncounted after delete on changes when old.noise_rule is null begin
  insert into source_edits (source_id, hour, edits, headline_changes, substantive, silent, sentences_deleted) select old.source_id, substr(old.seen_before, 1, 13) || ':00:00Z', -1, -old.headline_changed, -(old.class = 'substantive'), -(old.class = 'substantive' and old.acknowledged = 0 and old.acknowledged_by is null), -old.sentences_deleted where old.noise_rule is null on conflict (source_id, hour) do update set edits = edits + excluded.edits, headline_changes = headline_changes + excluded.headline_changes, substantive = substantive + excluded.substantive, silent = silent + excluded.silent, sentences_deleted = sentences_deleted + excluded.sentences_deleted;
  delete from source_edits where source_id = old.source_id and hour = substr(old.seen_before, 1, 13) || ':00:00Z' and edits = 0;
  update articles set edits = (select count(*) from changes c where c.article_id = articles.id and c.noise_rule is null), first_edit_after = (select min(c.seen_after) from changes c where c.article_id = articles.id and c.noise_rule is null) where id = old.article_id;
end;
create trigger changes_recounted after update of source_id, seen_after, seen_before, class, headline_changed, sentences_deleted, noise_rule, acknowledged, acknowledged_by on changes when old.source_id is not new.source_id or old.seen_after is not new.seen_after or old.seen_before is not new.seen_before or old.class is not new.class or old.headline_changed is not new.headline_changed or old.sentences_deleted is not new.sentences_deleted or old.noise_rule is not new.noise_rule or old.acknowledged is not new.acknowledged or old.acknowledged_by is not new.acknowledged_by begin
  insert into source_edits (source_id, hour, edits, headline_changes, substantive, silent, sentences_deleted) select old.source_id, substr(old.seen_before, 1, 13) || ':00:00Z', -1, -old.headline_changed, -(old.class = 'substantive'), -(old.class = 'substantive' and old.acknowledged = 0 and old.acknowledged_by is null), -old.sentences_deleted where old.noise_rule is null on conflict (source_id, hour) do update set edits = edits + excluded.edits, headline_changes = headline_changes + excluded.headline_changes, substantive = substantive + excluded.substantive, silent = silent + excluded.silent, sentences_deleted = sentences_deleted + excluded.sentences_deleted;
  insert into source_edits (source_id, hour, edits, headline_changes, substantive, silent, sentences_deleted) select new.source_id, substr(new.seen_before, 1, 13) || ':00:00Z', 1, new.headline_changed, (new.class = 'substantive'), (new.class = 'substantive' and new.acknowledged = 0 and new.acknowledged_by is null), new.sentences_deleted where new.noise_rule is null on conflict (source_id, hour) do update set edits = edits + excluded.edits, headline_changes = headline_changes + excluded.headline_changes, substantive = substantive + excluded.substantive, silent = silent + excluded.silent, sentences_deleted = sentences_deleted + excluded.sentences_deleted;
  delete from source_edits where source_id = old.source_id and hour = substr(old.seen_before, 1, 13) || ':00:00Z' and edits = 0;
  update articles set edits = (select count(*) from changes c where c.article_id = articles.id and c.noise_rule is null), first_edit_after = (select min(c.seen_after) from changes c where c.article_id = articles.id and c.noise_rule is null) where id = new.article_id;
end;
