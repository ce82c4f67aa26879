// What a drill is: a fault with a name, and what must be true afterwards (throws otherwise).
import type { StackOptions } from './stack.ts';
import { openStack, type Stack } from './stack.ts';

export interface DrillOptions {
  /** Length of the soak, minutes. */
  minutes: number;
  say: (line: string) => void;
}

export interface Drill {
  name: string;
  /** One line: the fault, and what is asserted beyond what every drill asserts. */
  about: string;
  /** Returns a line of figures, if there is anything to tell. Throws `Skip` where the machine lacks what it takes. */
  run: (options: DrillOptions) => Promise<string | undefined>;
}

/** The machine lacks something that the drill needs. */
export class Skip extends Error {}

/** A drill over a fresh stack, which is checked whole and closed at its end. */
export function onStack(
  name: string,
  about: string,
  options: StackOptions,
  act: (stack: Stack, options: DrillOptions) => Promise<string | undefined>,
): Drill {
  return {
    name,
    about,
    run: async (given) => {
      const stack = await openStack(options);
      try {
        const told = await act(stack, given);
        await stack.expectWhole();
        return told;
      } catch (error) {
        for (const one of [...stack.webs, ...stack.workers])
          given.say(`--- ${one.name}: ${complaints(one.log())}`);
        throw error;
      } finally {
        await stack.close();
      }
    },
  };
}

/** The last lines of a log that complain. */
function complaints(log: string): string {
  return log
    .split('\n')
    .filter((line) => /"level":(40|50|60)|rror/.test(line))
    .slice(-6)
    .map((line) => line.slice(0, 600))
    .join('\n');
}
