-- Orders are loaded as their objects arrive: load-orders takes turns at that, and the totals tell it how many objects wait.

insert into ledger.turns (work, taken_by) values ('load-orders', 'load_orders');

grant select, update (taken_by) on ledger.turns to load_orders;
grant execute on function ledger.take_turn to load_orders;
grant select on ledger.delivery_totals, ledger.load_totals to load_orders;
