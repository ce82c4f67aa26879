-- Indexes of the web's lists: a person's open and closed trades, and tax lots by the time of their closing.
create index trades_open_by_user on public.trades (user_id, created_at desc)
  where status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING');
create index trades_closed_by_user on public.trades (user_id, closed_at desc, id desc) where status = 'CLOSED';
create index fifo_allocations_by_user on public.fifo_allocations (user_id, (greatest(bought_at, sold_at)) desc, id desc);
