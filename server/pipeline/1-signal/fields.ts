/**
 * Reads one field at a time out of a parsed body, by the types of payload.ts, and says in a sentence what is
 * wrong with it. Scalars arrive as text, boolean or null: numbers were kept in the sender's own spelling, so
 * that no decimal passes through a float. Nested names are dotted (`stopLoss.percent`). Pure.
 */
import type { z } from 'zod';
import { Decimal } from '#server/money.ts';
import { AlertRefused } from './alert.ts';
import { fieldTypes } from './payload.ts';

const SHOWN = 40;
const LARGEST = new Decimal('1e15');
const DECIMALS = 12;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return short.toWellFormed().replace(/\p{Cc}/gu, ' ');
}

export class Fields {
  readonly #body: Record<string, unknown>;
  readonly #known = new Set<string>();
  readonly #unreadable: string[] = [];
  #forgiving = false;

  constructor(body: Record<string, unknown>) {
    this.#body = body;
  }

  /** From here on a field that cannot be read counts as absent: an exit is not refused for what it does not need. */
  forgive(): void {
    this.#forgiving = true;
  }

  /** Top-level fields that nobody asked for, and those that could not be read. */
  ignored(): string[] {
    const unknown = Object.keys(this.#body).filter((name) => !this.#known.has(name));
    return [...unknown, ...this.#unreadable].slice(0, 20).map(shown);
  }

  /** Marks fields as understood without reading them. */
  know(...names: string[]): void {
    for (const name of names) this.#known.add(name);
  }

  has(name: string): boolean {
    return this.#raw(name) !== null;
  }

  /** The first of the names that is present, or null. */
  first(...names: string[]): string | null {
    this.know(...names);
    return names.find((name) => this.has(name)) ?? null;
  }

  text(...names: string[]): string | null {
    const name = this.first(...names);
    return name === null ? null : this.#read(name, fieldTypes.text, (value) => String(value).trim());
  }

  required(...names: string[]): string {
    const value = this.text(...names);
    if (value !== null) return value;
    const field = names[0] ?? '';
    const list = names.map((name) => `"${name}"`).join(' or ');
    throw new AlertRefused('MISSING_FIELD', field, `Field ${list} is missing.`);
  }

  /** A price: above 0, rounded to the 12 decimals that are kept. */
  price(...names: string[]): string | null {
    const value = this.quantity(...names);
    if (value === null) return null;
    if (value.gt(0)) return value.toFixed();
    return this.fail(names[0] ?? '', 'must be greater than 0');
  }

  quantity(...names: string[]): Decimal | null {
    return this.#number(fieldTypes.unsigned, names);
  }

  signed(...names: string[]): Decimal | null {
    return this.#number(fieldTypes.signed, names);
  }

  seconds(...names: string[]): number | null {
    const name = this.first(...names);
    if (name === null) return null;
    const value = this.#read(name, fieldTypes.seconds, Number);
    return value !== null && value < 1 ? this.fail(name, 'must be at least 1 second') : value;
  }

  flag(...names: string[]): boolean {
    const name = this.first(...names);
    if (name === null) return false;
    return (
      this.#read(name, fieldTypes.flag, (value) => value === true || value === 'true' || value === '1') ??
      false
    );
  }

  /** Refuses the field, or, once forgiving, notes it and answers null. */
  fail(field: string, problem: string, code = 'BAD_FIELD'): null {
    if (!this.#forgiving) throw new AlertRefused(code, field, `Field "${field}" ${problem}.`);
    this.#unreadable.push(field);
    return null;
  }

  #number(type: z.ZodType, names: string[]): Decimal | null {
    const name = this.first(...names);
    if (name === null) return null;
    const value = this.#read(name, type, (raw) => new Decimal(String(raw).trim()).toDecimalPlaces(DECIMALS));
    return value?.abs().gte(LARGEST) ? this.fail(name, 'is too large') : value;
  }

  #read<T>(name: string, type: z.ZodType, convert: (value: unknown) => T): T | null {
    const raw = this.#raw(name);
    if (typeof raw === 'string' && raw.includes('{{')) {
      return this.fail(name, `still holds a placeholder (${shown(raw)}): the sender did not fill it in`);
    }
    const parsed = type.safeParse(raw);
    if (parsed.success) return convert(raw);
    return this.fail(name, `${parsed.error.issues[0]?.message ?? 'cannot be read'}; it was ${shown(raw)}`);
  }

  /** Absent, null and empty text are the same: templates leave empty what they do not use. */
  #raw(name: string): unknown {
    const [top = '', ...path] = name.split('.');
    this.#known.add(top);
    let value: unknown = Object.hasOwn(this.#body, top) ? this.#body[top] : null;
    for (const part of path) {
      const inner = value as Record<string, unknown> | null;
      value = inner !== null && typeof inner === 'object' && Object.hasOwn(inner, part) ? inner[part] : null;
    }
    return value === undefined || value === '' ? null : value;
  }
}
