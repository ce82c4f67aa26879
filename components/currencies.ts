/** What accounts can be kept in, and money limits set in. Pure. */
export const CURRENCIES = ['USD', 'INR', 'EUR', 'GBP', 'USDT'] as const;
