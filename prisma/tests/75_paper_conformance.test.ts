import { describe, expect, test } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { paperBench, paperVenue } from '#prisma/tests/paper-venue.ts';
import { runConformance } from '#server/broker/conformance.ts';
import { PAPER_CAPABILITIES } from '#server/broker/paper/paper-port.ts';

describe('the paper broker conforms', () => {
  const db = useDatabase();

  runConformance(PAPER_CAPABILITIES, () => paperVenue(db), test);

  test('and its ledger is whole after all of it', async () => {
    expect(await paperBench(db).engine.ledgerCheck()).toEqual([]);
  });
});
