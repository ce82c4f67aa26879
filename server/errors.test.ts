import { describe, expect, it } from 'vitest';
import { AppError, toAppError } from '#server/errors.ts';

describe('errors', () => {
  it('leaves an AppError as it is', () => {
    const error = new AppError('NOT_FOUND', 'no trade 7');
    expect(toAppError(error)).toBe(error);
    expect(error).toMatchObject({
      status: 404,
      retry: false,
      userText: 'There is nothing here under that name.',
    });
  });

  it.each([
    [{ code: 'LK404', message: 'NOT_FOUND' }, 'NOT_FOUND', 404, false],
    [{ code: 'LK400', message: 'Price must be above 0.' }, 'BAD_INPUT', 400, false],
    [{ code: 'LKTRN', message: 'orders: FILLED → PLACED' }, 'ILLEGAL_TRANSITION', 409, false],
    [{ code: '40P01', message: 'deadlock detected' }, 'BUSY', 503, true],
    [{ code: '57P01', message: 'terminating connection' }, 'UNAVAILABLE', 503, true],
    [{ code: '08006', message: 'connection failure' }, 'UNAVAILABLE', 503, true],
    [{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }, 'UNAVAILABLE', 503, true],
    [{ message: 'Connection terminated unexpectedly' }, 'UNAVAILABLE', 503, true],
    [{ code: '53100', message: 'could not extend file' }, 'DISK_FULL', 500, true],
    [{ message: 'undefined is not a function' }, 'INTERNAL', 500, false],
  ])('maps %o', (given, code, status, retry) => {
    expect(toAppError(given)).toMatchObject({ code, status, retry });
  });

  it('shows the text of a refusal that was written for people, and of no other error', () => {
    expect(toAppError({ code: 'LK400', message: 'Price must be above 0.' }).userText).toBe(
      'Price must be above 0.',
    );
    expect(toAppError({ code: '42601', message: 'syntax error at or near' }).userText).not.toContain(
      'syntax',
    );
  });

  it('knows a rule by the name of its constraint', () => {
    const error = toAppError({ code: '23505', message: 'duplicate key', constraint: 'one_user_per_email' });
    expect(error).toMatchObject({
      code: 'CONFLICT',
      userText: 'There already is a user with this e-mail address.',
    });
  });
});
