import { getExitDefaults } from '#server/api/exit-rules/get-exit-defaults.ts';
import { getExitRules } from '#server/api/exit-rules/get-exit-rules.ts';
import { setExitDefaults } from '#server/api/exit-rules/set-exit-defaults.ts';
import { setExitRules } from '#server/api/exit-rules/set-exit-rules.ts';
import { router } from '#server/api/trpc.ts';

export const exitRules = router({
  get: getExitRules,
  set: setExitRules,
  defaults: getExitDefaults,
  setDefaults: setExitDefaults,
});
