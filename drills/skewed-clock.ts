// Preloaded into a process: its clock is wrong by LOCKSTEP_DRILL_SKEW_MS, as `new Date()` and `Date.now()` tell it.
const skew = Number(process.env.LOCKSTEP_DRILL_SKEW_MS ?? 0);
const RealDate = Date;

class SkewedDate extends RealDate {
  constructor(...args: ConstructorParameters<typeof Date> | []) {
    if (args.length === 0) super(RealDate.now() + skew);
    else super(...(args as ConstructorParameters<typeof Date>));
  }
  static override now(): number {
    return RealDate.now() + skew;
  }
}

globalThis.Date = SkewedDate as DateConstructor;

export {};
