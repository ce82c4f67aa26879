import { getSignal } from '#server/api/signals/get-signal.ts';
import { listSignals } from '#server/api/signals/list-signals.ts';
import { router } from '#server/api/trpc.ts';

export const signals = router({ list: listSignals, get: getSignal });
