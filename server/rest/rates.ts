/**
 * How often a program may ask: per token, and per address that fails to name one. Counted in this process; several web
 * processes allow as many times as much. Entry points: drawToken, failures.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { countedAddress } from '#server/webhook/address.ts';

export const REQUESTS_PER_MINUTE = 300;
export const FAILURES_PER_MINUTE = 30;

const MINUTE = 60;

interface Rates {
  requests: RateLimiterMemory;
  failures: RateLimiterMemory;
}

const shared = globalThis as typeof globalThis & { lockstepRestRates?: Rates };

function rates(): Rates {
  shared.lockstepRestRates ??= {
    requests: new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: MINUTE }),
    failures: new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: MINUTE }),
  };
  return shared.lockstepRestRates;
}

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000));

/** Seconds that this token has to wait; 0 when the request may go on, which then counts. */
export async function drawToken(tokenId: string): Promise<number> {
  try {
    await rates().requests.consume(tokenId);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return secondsOf(refusal);
    throw refusal;
  }
}

export const failures = {
  /** Seconds that this address has to wait before another token is looked up; 0 when it need not. */
  wait: async (address: string): Promise<number> => {
    const known = await rates().failures.get(countedAddress(address));
    return known && known.consumedPoints >= FAILURES_PER_MINUTE ? secondsOf(known) : 0;
  },
  count: (address: string): Promise<unknown> => rates().failures.penalty(countedAddress(address)),
};
