/**
 * How a worker's Node runs: `npm run worker` has the same flags.
 *
 * Ticks wait up to a quarter of a second for their write. With V8's own settings they outlived its young generation and the old one
 * grew to five times what is alive before it was collected: 500 MB at 100,000 trades of which 80 were alive, and a pause of 100 ms then.
 */
export const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=32', '--heap-growing-percent=50'];
