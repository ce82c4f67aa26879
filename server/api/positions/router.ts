import { listPositions } from '#server/api/positions/list-positions.ts';
import { previewLevels } from '#server/api/positions/preview-levels.ts';
import { setLevels } from '#server/api/positions/set-levels.ts';
import { router } from '#server/api/trpc.ts';

export const positions = router({ list: listPositions, previewLevels, setLevels });
