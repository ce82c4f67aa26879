/** What the run's setup and each test file agree on. */
export const TEMPLATE = process.env.LOCKSTEP_TEST_TEMPLATE ?? 'lockstep_template';
/** A file of this name in the run's directory keeps it after the run. */
export const KEEP_MARKER = 'kept-for-a-failed-test';

export interface TestServer {
  dir: string;
  port: number;
  /** SQL files that could not be applied, each with the reason. */
  broken: string[];
}
