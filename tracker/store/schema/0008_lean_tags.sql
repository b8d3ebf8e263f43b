-- An index by change would hold every tag a second time, only for the day a change is deleted: a trigger, which knows
-- the tags and the moment of the change, finds them by the key there is.

create table lean_tags (
  tag text not null,
  seen_before text not null,
  change_id integer not null,
  primary key (tag, seen_before, change_id)
) strict, without rowid;
insert into lean_tags select tag, seen_before, change_id from change_tags;
drop table change_tags;
alter table lean_tags rename to change_tags;
create trigger changes_untagged after delete on changes begin
  delete from change_tags
  where tag in (select value from json_each(old.tags)) and seen_before = old.seen_before and change_id = old.id;
end;
