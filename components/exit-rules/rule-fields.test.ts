import { describe, expect, it } from 'vitest';
import { EXIT_DEFAULTS, ExitRulesLayerSchema, ExitRulesSchema } from '#server/pipeline/7-exit/exit-rules.ts';
import { RULE_FIELDS, readRules, shownRule, writtenRule } from './rule-fields.ts';

describe('exit rules in a form', () => {
  it('every rule has its field', () => {
    expect(RULE_FIELDS.map((field) => field.key).sort()).toEqual(Object.keys(ExitRulesSchema.shape).sort());
  });

  it.each(Object.entries(EXIT_DEFAULTS))('%s: what is written is read as it was', (_name, rules) => {
    const texts = Object.fromEntries(
      RULE_FIELDS.map((field) => [field.key, writtenRule(field, rules[field.key])]),
    );
    const read = readRules(texts);
    expect(read.ok && ExitRulesLayerSchema.parse(read.rules)).toEqual(rules);
  });

  it('an empty field sets nothing, off switches off, and part exits are pairs', () => {
    expect(readRules({ stop_pct: '', target_pct: 'off', rungs: '3:50, +6 %:25' })).toEqual({
      ok: true,
      rules: {
        target_pct: null,
        rungs: [
          { at_pct: '3', share_pct: '50' },
          { at_pct: '6', share_pct: '25' },
        ],
      },
    });
  });

  it('what is no number is told by its name', () => {
    expect(readRules({ stop_pct: 'far' })).toEqual({ ok: false, problem: 'Stop: a number, or off.' });
    expect(readRules({ cooldown_s: 'off' })).toEqual({
      ok: false,
      problem: 'Quiet after it fired: it cannot be switched off.',
    });
  });

  it('a table shows the unit', () => {
    const stop = RULE_FIELDS.find((field) => field.key === 'stop_pct');
    expect(stop && shownRule(stop, '2.50')).toBe('2.5 %');
  });
});
