-- The empty copies, with the indexes that the statements look things up by.
drop table if exists pg_temp.property, pg_temp.contact, pg_temp.phone_number,
    pg_temp.contact_property, pg_temp.list_member, pg_temp.suppression, pg_temp.consent;

create temp table property (like public.property including defaults);

create temp table contact (like public.contact including defaults);

create temp table phone_number (like public.phone_number including defaults);

create temp table contact_property (like public.contact_property including defaults);

create temp table list_member (like public.list_member including defaults);

create temp table suppression (like public.suppression including defaults);

create temp table consent (like public.consent including defaults);

create unique index on pg_temp.property (id);

create unique index on pg_temp.property (radar_id) where radar_id <> '';

create unique index on pg_temp.property (apn, lower(city)) where apn <> '';

create index on pg_temp.property (address_key);

create unique index on pg_temp.contact (id);

create index on pg_temp.contact (lower(email)) where email <> '';

create unique index on pg_temp.phone_number (e164);

create index on pg_temp.phone_number (contact_id);

create unique index on pg_temp.contact_property (id);

create index on pg_temp.contact_property (contact_id);

create index on pg_temp.contact_property (property_id);

create unique index on pg_temp.list_member (list_id, contact_id);

create index on pg_temp.suppression (e164);
