import { describe, expect, it } from 'vitest';
import { createLogger, redactText } from '#server/log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('test', 'info', { write: (line: string) => lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it('writes one JSON object a line with level and ids', () => {
    const line = JSON.parse(logged((log) => log.child({ signalId: 's1' }).info({ orderId: 'o1' }, 'placed')));
    expect(line).toMatchObject({ name: 'test', level: 'info', signalId: 's1', orderId: 'o1', msg: 'placed' });
  });

  it('replaces secrets at the top and below', () => {
    const text = logged((log) =>
      log.info(
        { password: 'hunter2', user: { token: 'hunter2' }, request: { headers: { cookie: 'hunter2' } } },
        'in',
      ),
    );
    expect(text).not.toContain('hunter2');
    expect(text.match(/\[redacted\]/g)).toHaveLength(3);
  });

  it('replaces secrets inside texts', () => {
    expect(redactText('POST /api/webhook/abcDEF123456_-x 200')).toBe('POST /api/webhook/[redacted] 200');
    expect(redactText('postgresql://lockstep_web:s3cret@db:5432/x')).toBe(
      'postgresql://lockstep_web:[redacted]@db:5432/x',
    );
    expect(logged((log) => log.error(new Error('postgres://u:s3cret@h/d is down')))).not.toContain('s3cret');
  });
});
