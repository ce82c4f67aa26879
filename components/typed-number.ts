/** Numbers as they are typed. Pure. */

/** A number above 0 that the server takes; one that is still being typed is not asked about. */
export const isAmount = (text: string): boolean => /^\d{1,16}(\.\d{1,12})?$/.test(text) && /[1-9]/.test(text);
