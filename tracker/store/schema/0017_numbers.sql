-- What a source's `identity.id` finds in an article's addresses: another address with the same number is this article.

alter table articles add column number text;
create unique index articles_number on articles (source_id, number) where number is not null;
