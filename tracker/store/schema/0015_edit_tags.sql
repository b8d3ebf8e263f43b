-- The tags of each edit of a change, a JSON array of arrays, so that several can be asked of one and the same edit. Changes
-- that are older have none; until a rebuild they are judged by the tags of the whole change.

alter table changes add column edit_tags text;
