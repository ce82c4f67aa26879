import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { README, readTransitions, renderPipelineReadme } from '#prisma/pipeline-readme.ts';

describe('the pipeline’s documentation', () => {
  it('is what the transition lists and the single-writer map say', () => {
    expect(readFileSync(README, 'utf8')).toBe(renderPipelineReadme());
  });

  it('knows the six life cycles', () => {
    expect([...readTransitions().keys()]).toEqual([
      'signal',
      'delivery',
      'intent',
      'order',
      'trade',
      'exit_intent',
    ]);
  });
});
