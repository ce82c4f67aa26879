/** Every drill, in the order in which they run. A table of contents; docs/drills.md says what each asserts. */
import { killDrills } from './cases/kills.ts';
import type { Drill } from './drill.ts';

export const DRILLS: readonly Drill[] = [...killDrills];

/** Only when asked for by name: they take longer. */
export const ON_REQUEST: readonly Drill[] = [];
