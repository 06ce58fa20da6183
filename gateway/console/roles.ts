/** What a user may do, each role all that stands before it. */
export const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const;

export type Role = (typeof roles)[number];

export interface User {
  readonly name: string;
  readonly role: Role;
}

/** True when a role includes another. */
export const includesRole = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);

/**
 * What a route asks for. `anyone`: no user, wherever it is reached from. `reader`: any user, and nobody in particular
 * while the server listens on loopback alone. A role: a named user who has it, always.
 */
export type Access = 'anyone' | 'reader' | Role;

export type Decision = 'allowed' | 'sign-in' | 'forbidden';

/** Pure rule of who may use a route. */
export function decide(access: Access, isLoopback: boolean, user: User | undefined): Decision {
  if (access === 'anyone') return 'allowed';
  if (access === 'reader') return isLoopback || user ? 'allowed' : 'sign-in';
  if (!user) return 'sign-in';
  return includesRole(user.role, access) ? 'allowed' : 'forbidden';
}
