/** Every exit rule: what it is called, its unit, how it is written and read in a form. Pure. */
import type { ExitRules, ExitRulesKey, ExitRulesLayer } from '#server/pipeline/7-exit/exit-rules.ts';
import { quantity } from '../format.ts';

export type RuleKind = 'decimal' | 'whole' | 'yes' | 'rungs';

export interface RuleField {
  key: ExitRulesKey;
  name: string;
  unit: string;
  kind: RuleKind;
  /** It can be switched off. */
  off: boolean;
  hint?: string;
}

const decimal = (key: ExitRulesKey, name: string, unit: string, hint?: string): RuleField => ({
  key,
  name,
  unit,
  kind: 'decimal',
  off: false,
  ...(hint ? { hint } : {}),
});
const orOff = (field: RuleField): RuleField => ({ ...field, off: true });
const whole = (key: ExitRulesKey, name: string, unit: string, hint?: string): RuleField => ({
  ...decimal(key, name, unit, hint),
  kind: 'whole',
});
const yes = (key: ExitRulesKey, name: string, hint: string): RuleField => ({
  ...decimal(key, name, '', hint),
  kind: 'yes',
});

export const RULE_GROUPS: readonly { name: string; fields: readonly RuleField[] }[] = [
  {
    name: 'Stops',
    fields: [
      orOff(decimal('stop_pct', 'Stop', '%', 'Against the entry. A stop in the alert goes before it.')),
      orOff(decimal('hard_stop_pct', 'Hard stop', '%', 'Sold at market at this loss, whatever else rests.')),
      orOff(
        decimal('stop_atr_k', 'Stop by ATR', '× ATR', 'Goes before the percentage where an ATR is known.'),
      ),
      yes('stop_atr_costs', 'Widen the ATR stop by costs', 'By the spread and the fees of both sides.'),
    ],
  },
  {
    name: 'Target',
    fields: [
      orOff(decimal('target_pct', 'Target', '%', 'A target in the alert goes before it.')),
      {
        key: 'rungs',
        name: 'Part exits',
        unit: '',
        kind: 'rungs',
        off: true,
        hint: 'At which gain how much is sold: 3:50, 6:25 sells half at +3 % and a quarter at +6 %.',
      },
    ],
  },
  {
    name: 'Trailing stop',
    fields: [
      orOff(decimal('trail_arm_pct', 'Arms at a gain of', '%', 'Off: no trailing stop.')),
      decimal('trail_atr_k', 'Distance', '× ATR'),
      decimal('trail_min_pct', 'Not nearer than', '%'),
      decimal('trail_max_pct', 'Not farther than', '%'),
      decimal('trail_step_atr_k', 'Moves in steps of', '× ATR'),
    ],
  },
  {
    name: 'Time',
    fields: [
      orOff(decimal('max_hold_hours', 'Held at most', 'h')),
      orOff(whole('max_hold_days', 'Held at most, in trading days', 'days')),
      yes('end_of_day', 'Out before the close', 'On the day that it was opened.'),
      whole('end_of_day_s', 'So long before the close', 's'),
    ],
  },
  {
    name: 'Orders',
    fields: [
      decimal('limit_offset_bps', 'Limit through the touch', 'bp'),
      whole('rest_stop_s', 'A stop’s limit rests', 's', 'Then it goes to market.'),
      whole('rest_target_s', 'A target’s limit rests', 's', 'Then it is withdrawn.'),
      whole('rest_signal_s', 'An alert’s exit rests', 's', 'Then it goes to market.'),
      whole('cooldown_s', 'Quiet after it fired', 's'),
      whole('quiet_close_s', 'No targets before the close', 's'),
    ],
  },
];

export const RULE_FIELDS: readonly RuleField[] = RULE_GROUPS.flatMap((group) => group.fields);

/** As a form shows it: "2.5", "off", "3:50, 6:25", "yes". */
export function writtenRule(field: RuleField, value: ExitRules[ExitRulesKey] | undefined): string {
  if (value === undefined) return '';
  if (value === null) return 'off';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'off';
    return value.map((rung) => `${rung.at_pct}:${rung.share_pct}`).join(', ');
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return field.kind === 'decimal' || field.kind === 'whole'
    ? quantity(String(value)).replaceAll(',', '')
    : String(value);
}

/** As a table shows it: "2.5 %", "off". */
export function shownRule(field: RuleField, value: ExitRules[ExitRulesKey] | undefined): string {
  const written = writtenRule(field, value);
  return field.unit && /^\d/.test(written) ? `${written} ${field.unit}` : written;
}

type Read = { ok: true; value: unknown } | { ok: false; problem: string };
const NUMBER = /^\d{1,9}(\.\d{1,8})?$/;

function readRule(field: RuleField, text: string): Read {
  const wrong = (what: string): Read => ({ ok: false, problem: `${field.name}: ${what}.` });
  if (/^off$/i.test(text)) {
    if (!field.off) return wrong('it cannot be switched off');
    return { ok: true, value: field.kind === 'rungs' ? [] : null };
  }
  if (field.kind === 'yes') return { ok: true, value: text === 'yes' };
  if (field.kind === 'rungs') {
    const rungs = text.split(/[,;]/).map((part) => part.split(':').map((one) => one.replace(/[%+\s]/g, '')));
    if (rungs.some((rung) => rung.length !== 2 || !rung.every((one) => NUMBER.test(one)))) {
      return wrong('write gain:share, such as 3:50, 6:25, or off');
    }
    return { ok: true, value: rungs.map(([at_pct, share_pct]) => ({ at_pct, share_pct })) };
  }
  const number = text.replace(/\s*(%|h|s|bp|days|× ATR)$/, '');
  if (!NUMBER.test(number)) return wrong(field.off ? 'a number, or off' : 'a number');
  if (field.kind === 'whole')
    return /^\d+$/.test(number) ? { ok: true, value: Number(number) } : wrong('a whole number');
  return { ok: true, value: number };
}

/** What a layer sets, out of the texts of its form; an empty one sets nothing. Or the first thing that is wrong. */
export function readRules(
  texts: Readonly<Record<string, string>>,
): { ok: true; rules: ExitRulesLayer } | { ok: false; problem: string } {
  const rules: Record<string, unknown> = {};
  for (const field of RULE_FIELDS) {
    const text = (texts[field.key] ?? '').trim();
    if (text === '') continue;
    const read = readRule(field, text);
    if (!read.ok) return read;
    rules[field.key] = read.value;
  }
  return { ok: true, rules: rules as ExitRulesLayer };
}
