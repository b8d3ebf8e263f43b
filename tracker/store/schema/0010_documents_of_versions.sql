-- Articles without a version are in no index: the view held them, and FTS5's own check found the two to differ.

drop view if exists article_doc;

create view article_doc as
select a.id,
  a.source_id as source,
  v.headline || char(10) || v.standfirst as headline,
  (select group_concat(p.text, char(10)) from
    (select text from paragraphs where article_id = a.id and last_version is null order by id) p) as text,
  (select group_concat(r.text, char(10)) from (
    select text from (
      select text from paragraphs where article_id = a.id and last_version is not null order by id)
    union all
    select headline from (select o.headline from versions o where o.article_id = a.id
      and o.headline is not v.headline group by o.headline order by min(o.number))
    union all
    select standfirst from (select o.standfirst from versions o where o.article_id = a.id
      and o.standfirst is not v.standfirst group by o.standfirst order by min(o.number))) r) as removed
from articles a cross join versions v on v.id = a.current_version_id;
