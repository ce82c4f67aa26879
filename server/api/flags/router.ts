import { listFlags } from '#server/api/flags/list-flags.ts';
import { setFlag } from '#server/api/flags/set-flag.ts';
import { router } from '#server/api/trpc.ts';

export const flags = router({ list: listFlags, set: setFlag });
