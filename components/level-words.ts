/** What a trigger level is called where there is little room. */
const WORDS: Record<string, string> = {
  hard_stop: 'hard stop',
  stop: 'stop',
  trail: 'trailing stop',
  trail_activate: 'trail arms',
  target: 'target',
};

export const levelWord = (kind: string): string => WORDS[kind] ?? kind;
