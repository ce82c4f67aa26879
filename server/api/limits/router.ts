import { listLimits } from '#server/api/limits/list-limits.ts';
import { listLimitsAdmin } from '#server/api/limits/list-limits-admin.ts';
import { setLimit } from '#server/api/limits/set-limit.ts';
import { setLimitAdmin } from '#server/api/limits/set-limit-admin.ts';
import { router } from '#server/api/trpc.ts';

export const limits = router({
  list: listLimits,
  set: setLimit,
  listAdmin: listLimitsAdmin,
  setAdmin: setLimitAdmin,
});
