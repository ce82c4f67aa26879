import { getProgress } from '#server/api/first-visit/get-progress.ts';
import { router } from '#server/api/trpc.ts';

export const firstVisit = router({ progress: getProgress });
