/** `npm run dev`: as `npm start`, with pages that rebuild themselves. Restart it after changes to server/ or jobs/. */
import { supervise } from '#scripts/supervisor.ts';

process.exit(await supervise('development'));
