import { accountsToday } from '#server/api/overview/accounts-today.ts';
import { equityCurve } from '#server/api/overview/equity-curve.ts';
import { listAccounts } from '#server/api/overview/list-accounts.ts';
import { listAttention } from '#server/api/overview/list-attention.ts';
import { resultsOfRange } from '#server/api/overview/results-of-range.ts';
import { router } from '#server/api/trpc.ts';

export const overview = router({
  accounts: listAccounts,
  today: accountsToday,
  equity: equityCurve,
  attention: listAttention,
  results: resultsOfRange,
});
