-- What the paper broker's log-in may call: the functions of its own book. After the files 75_paper_*, so that all exist.
-- What it reads in schema public (instruments, quotes, calendar, clock) is granted with the tables.

revoke execute on all functions in schema paper from public;
grant execute on all functions in schema paper to lockstep_paper;
grant usage on all sequences in schema paper to lockstep_paper;
