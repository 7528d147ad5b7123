import { describe, expect, test } from '@jest/globals';
import { scopes } from '#kit/viewer/viewer.ts';
import { scopesOfRoles, staffKindOf, staffRoles } from './roles.ts';

describe('roles', () => {
  test('grant only scopes that exist, and none of a partner', () => {
    const granted = scopesOfRoles(staffRoles);
    expect(granted.filter((scope) => !scopes.some((known) => known === scope))).toEqual([]);
    expect(granted.filter((scope) => scope.startsWith('partner:'))).toEqual([]);
  });

  test('give an administrator everything that staff can have', () => {
    expect(scopesOfRoles(['ADMIN'])).toEqual(scopes.filter((scope) => !scope.startsWith('partner:')).toSorted());
  });

  test('let nobody but an administrator add staff', () => {
    const may = staffRoles.filter((role) => scopesOfRoles([role]).includes('staff:write'));
    expect(may).toEqual(['ADMIN']);
  });

  test('let an analyst write nothing', () => {
    expect(scopesOfRoles(['ANALYST']).filter((scope) => scope.endsWith(':write'))).toEqual([]);
  });

  test('add up without repeating', () => {
    expect(scopesOfRoles(['MARKETER', 'WAREHOUSE'])).toEqual([
      'analytics:read',
      'fulfillment:write',
      'order:read',
      'promotion:write',
      'stock:read',
      'stock:write',
    ]);
  });

  test('make an analyst only of who has no other role', () => {
    expect(staffKindOf(['ANALYST'])).toBe('ANALYST');
    expect(staffKindOf(['ANALYST', 'CUSTOMER_SERVICE'])).toBe('STAFF');
  });
});
