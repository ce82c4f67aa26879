import { createAccount } from '#server/api/accounts/create-account.ts';
import { freezeAccount } from '#server/api/accounts/freeze-account.ts';
import { listAccounts } from '#server/api/accounts/list-accounts.ts';
import { listDiscrepancies } from '#server/api/accounts/list-discrepancies.ts';
import { setAccountStatus } from '#server/api/accounts/set-account-status.ts';
import { updateAccount } from '#server/api/accounts/update-account.ts';
import { router } from '#server/api/trpc.ts';

export const accounts = router({
  list: listAccounts,
  create: createAccount,
  update: updateAccount,
  freeze: freezeAccount,
  setStatus: setAccountStatus,
  discrepancies: listDiscrepancies,
});
