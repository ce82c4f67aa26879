-- What the paper broker's log-in may call and read: its own book, and of the rest only instruments, prices, the calendar
-- and the clock. Last of the files that it depends on, so that what is granted exists.

revoke execute on all functions in schema paper from public;
grant execute on all functions in schema paper to lockstep_paper;
grant usage on all sequences in schema paper to lockstep_paper;
grant usage on schema fn to lockstep_paper;
grant select on public.instruments, public.quotes, public.test_clock to lockstep_paper;

set local role lockstep_market;
grant execute on function fn.market_session(text, timestamptz) to lockstep_paper;
reset role;
