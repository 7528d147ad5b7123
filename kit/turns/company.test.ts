import { beforeEach, describe, expect, test } from '@jest/globals';
import { createCompany, type Company } from './company.ts';

let pauses: number[] = [];
let company: Company;

beforeEach(() => {
  pauses = [];
  company = createCompany({ eachMs: 1, mostMs: 5 }, async (ms) => void pauses.push(ms));
});

describe('those who go together', () => {
  test('wait for nobody when nobody has gone yet', async () => {
    await company.gathered(1);
    expect(pauses).toEqual([]);
  });

  test('wait for others where some went together, the longer the more, but never long', async () => {
    company.went(2);
    await company.gathered(1);
    company.went(20);
    await company.gathered(1);
    expect(pauses).toEqual([2, 5]);
  });

  test('wait for nobody when they are many', async () => {
    company.went(40);
    await company.gathered(32);
    expect(pauses).toEqual([]);
  });

  test('wait for nobody when the last was alone', async () => {
    company.went(3);
    company.went(1);
    await company.gathered(1);
    expect(pauses).toEqual([]);
  });
});
