/** Child processes of the bench: Node with a script of ours, ended with the row. Entry points: startChild, Child. */
import { type ChildProcess, spawn } from 'node:child_process';
import { soon } from './measure.ts';

export interface Child {
  process: ChildProcess;
  /** Its first line on standard output. */
  said: string;
  stop: () => Promise<void>;
}

/** Starts `node script` and resolves with its first line that looks like `line`. Throws when that takes longer than 60 s. */
export async function startChild(
  args: readonly string[],
  env: Record<string, string>,
  line = /^(\d+|ready)$/m,
): Promise<Child> {
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const first = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part;
      const found = line.exec(text.slice(0, text.lastIndexOf('\n') + 1));
      if (found) resolve(found[0]);
    });
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(hard);
  };
  try {
    return { process: child, said: await soon(first, 60_000, `a line of ${args[0]}`), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
