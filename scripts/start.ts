/** `npm start`: everything that Lockstep is, in one terminal. */
import { supervise } from '#scripts/supervisor.ts';

process.exit(await supervise('production'));
