/** Reading filters from an address: what does not fit is as if it were not there. */

/** One of the choices, else the first. */
export const chosen = <T extends string>(given: string | undefined, choices: readonly [T, ...T[]]): T =>
  choices.find((one) => one === given) ?? choices[0];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const uuidOf = (given: string | undefined): string | null =>
  given !== undefined && UUID.test(given) ? given : null;
