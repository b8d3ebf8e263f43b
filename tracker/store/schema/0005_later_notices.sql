-- Changes that a later notice covered. What the columns say of older changes is computed in `frozen_0005.py`.

alter table changes add column acknowledged_by integer;
alter table changes add column later_notice text check (later_notice in ('update', 'correction'));
alter table changes add column lag_hours_least real;
alter table changes add column lag_hours_most real;
