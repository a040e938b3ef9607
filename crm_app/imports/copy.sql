-- A plan works on copies. What a batch meets is copied when it is first met, and stays as the
-- rows before it left it; its ids are the real ones, new ones come from the same sequences.
-- Of the houses also who owns them: it may turn out that they sold.
insert into step_met
select 0, 0, 'near', contact_id from public.contact_property
where property_id in (select id from step_met where kind = 'property')
union
select 0, 0, 'near', id from step_met where kind = 'contact';

insert into pg_temp.contact ($contact) select $contact from public.contact c
where c.id in (select id from step_met where kind = 'near')
    and not exists (select from pg_temp.contact o where o.id = c.id);

insert into pg_temp.contact_property select t.* from public.contact_property t
where t.id in (
        select o.id from step_met m
        join public.contact_property o on o.contact_id = m.id where m.kind = 'near'
        union
        select o.id from step_met m
        join public.contact_property o on o.property_id = m.id where m.kind = 'property')
    and not exists (select from pg_temp.contact_property o where o.id = t.id);

insert into pg_temp.property ($property) select $property from public.property p
where p.id in (
        select id from step_met where kind = 'property'
        union
        select t.property_id from step_met m
        join public.contact_property t on t.contact_id = m.id where m.kind = 'near')
    and not exists (select from pg_temp.property o where o.id = p.id);

insert into pg_temp.phone_number select h.* from public.phone_number h
where h.contact_id in (select id from step_met where kind = 'contact')
    and not exists (select from pg_temp.phone_number o where o.e164 = h.e164);

insert into pg_temp.suppression select s.* from public.suppression s
where s.lifted_at is null and s.e164 in (select e164 from step_number)
    and not exists (select from pg_temp.suppression o where o.e164 = s.e164);

insert into pg_temp.list_member select l.* from public.list_member l
where l.list_id = :list_id and l.contact_id in (select id from step_met where kind = 'contact')
    and not exists (select from pg_temp.list_member o
        where o.list_id = l.list_id and o.contact_id = l.contact_id);
