-- Who received a capture when that was not us, and where it was taken from (JSON: import, file, record).

alter table captures add column observer text not null default '';
alter table captures add column origin text not null default '{}';
create index captures_imported on captures (json_extract(origin, '$.import')) where observer <> '';
