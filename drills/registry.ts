/** Every drill, in the order in which they run. A table of contents; docs/drills.md says what each asserts. */
import { databaseDrills } from './cases/database.ts';
import { killDrills } from './cases/kills.ts';
import { raceDrills } from './cases/races.ts';
import { soak } from './cases/soak.ts';
import { timeDrills } from './cases/time.ts';
import type { Drill } from './drill.ts';

export const DRILLS: readonly Drill[] = [...killDrills, ...databaseDrills, ...timeDrills, ...raceDrills];

/** Only when asked for by name: it takes as long as it is told to. */
export const ON_REQUEST: readonly Drill[] = [soak];
