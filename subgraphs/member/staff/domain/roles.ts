/** What somebody who works here may do, from the most to the least. */
export const staffRoles = [
  'ADMIN',
  'MERCHANDISER',
  'MARKETER',
  'WAREHOUSE',
  'CUSTOMER_SERVICE',
  'ANALYST',
  'DEVELOPER',
] as const;

export type StaffRole = (typeof staffRoles)[number];

const scopesByRole: Record<StaffRole, readonly string[]> = {
  ADMIN: [
    'catalog:write',
    'stock:write',
    'stock:read',
    'promotion:write',
    'fulfillment:write',
    'order:read',
    'order:write',
    'member:read',
    'member:write',
    'staff:write',
    'analytics:read',
    'audit:read',
    'supplier:cost',
  ],
  MERCHANDISER: ['catalog:write', 'stock:read', 'supplier:cost', 'analytics:read'],
  MARKETER: ['promotion:write', 'stock:read', 'analytics:read'],
  WAREHOUSE: ['stock:write', 'stock:read', 'fulfillment:write', 'order:read'],
  CUSTOMER_SERVICE: ['order:read', 'order:write', 'member:read', 'member:write', 'stock:read'],
  ANALYST: ['analytics:read', 'audit:read', 'order:read', 'member:read', 'stock:read', 'supplier:cost'],
  DEVELOPER: ['analytics:read', 'stock:read'],
};

/** The scopes that the roles grant together, each once, sorted. */
export function scopesOfRoles(roles: readonly StaffRole[]): string[] {
  return [...new Set(roles.flatMap((role) => scopesByRole[role]))].sort();
}

/** Who only looks is an ANALYST, for whom personal data is masked; any other role makes one STAFF. */
export function staffKindOf(roles: readonly StaffRole[]): 'STAFF' | 'ANALYST' {
  return roles.every((role) => role === 'ANALYST') ? 'ANALYST' : 'STAFF';
}

export function isStaffRole(text: string): text is StaffRole {
  return staffRoles.some((role) => role === text);
}
