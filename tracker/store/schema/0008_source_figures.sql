-- The indexes of a source's articles and of its log hold all that is counted of them. A second 0008, written beside the
-- first: histories record whole names, and this one runs after the other, as the names sort.

drop index articles_source_seen;
create index articles_source_seen on articles (source_id, first_seen_at, id, state);
drop index changes_source_seen;
create index changes_source_seen on changes (
  source_id, seen_before, id, article_id, seen_after, class, score, headline_changed, sentences_deleted, noise_rule,
  acknowledged, acknowledged_by
);
