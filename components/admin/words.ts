/** Roles and states as an admin reads them. Pure. */
export const ROLES = [
  { value: 'user', name: 'User: trades on own accounts' },
  { value: 'researcher', name: 'Researcher: signals in aggregate, no one’s money' },
  { value: 'admin', name: 'Admin: users, limits, switches' },
] as const;

export type RoleName = (typeof ROLES)[number]['value'];
