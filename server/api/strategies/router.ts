import { createStrategy } from '#server/api/strategies/create-strategy.ts';
import { getStrategy } from '#server/api/strategies/get-strategy.ts';
import { listStrategies } from '#server/api/strategies/list-strategies.ts';
import { setStrategyStatus } from '#server/api/strategies/set-strategy-status.ts';
import { updateStrategy } from '#server/api/strategies/update-strategy.ts';
import { router } from '#server/api/trpc.ts';

export const strategies = router({
  list: listStrategies,
  get: getStrategy,
  create: createStrategy,
  update: updateStrategy,
  setStatus: setStrategyStatus,
});
