-- The view counted articles that moved into another one, noise, and as silent what a later notice covered.

drop view if exists source_statistics;

create view source_statistics as
select s.id as source_id, s.name, s.active,
  t.articles - (select count(*) from articles a where a.source_id = s.id and a.state = 'moved') as articles,
  t.versions, t.changes, t.noise,
  (select count(*) from articles a where a.source_id = s.id and a.version_count > 1 and a.state <> 'moved')
    as articles_edited,
  (select count(*) from articles a where a.source_id = s.id and a.state = 'gone') as articles_gone,
  (select max(c.seen_before) from changes c where c.source_id = s.id) as last_change_seen,
  (select count(*) from changes c where c.source_id = s.id and c.class = 'substantive' and c.noise_rule is null)
    as substantive,
  (select count(*) from changes c where c.source_id = s.id and c.class = 'substantive' and c.noise_rule is null
    and c.acknowledged = 0 and c.acknowledged_by is null) as substantive_unacknowledged
from sources s left join source_totals t on t.source_id = s.id;
