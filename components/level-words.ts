/** What a trigger level is called where there is little room. */
const WORDS: Record<string, string> = {
  hard_stop: 'hard stop',
  stop: 'stop',
  trail: 'trailing stop',
  trail_activate: 'trail arms',
  target: 'target',
};

/** The level that would close the trade first; one that only arms the trailing stop closes nothing. */
export const nearestExit = <Level extends { kind: string }>(levels: readonly Level[] | undefined) =>
  levels?.find((level) => level.kind !== 'trail_activate');

export const levelWord = (kind: string): string => WORDS[kind] ?? kind;
