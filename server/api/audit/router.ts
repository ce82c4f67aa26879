import { listAudit } from '#server/api/audit/list-audit.ts';
import { router } from '#server/api/trpc.ts';

export const audit = router({ list: listAudit });
