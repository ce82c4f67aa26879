import { router } from '#server/api/trpc.ts';
import { listUserAccounts } from '#server/api/users/list-user-accounts.ts';
import { listUsers } from '#server/api/users/list-users.ts';
import { setUserRole } from '#server/api/users/set-user-role.ts';
import { setUserStatus } from '#server/api/users/set-user-status.ts';

export const users = router({
  list: listUsers,
  accounts: listUserAccounts,
  setRole: setUserRole,
  setStatus: setUserStatus,
});
