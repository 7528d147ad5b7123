import { describe, expect, test } from '@jest/globals';
import { createFindings } from './findings.ts';

describe('findings', () => {
  test('count what was compared and name what disagrees', () => {
    const findings = createFindings();
    findings.compare('a = b', 'one', 1, 1);
    findings.compare('a = b', 'two', 2, 3);
    findings.compare('lists agree', 'three', ['x'], ['x']);
    findings.compare('lists agree', 'four', null, 'CLOSED');

    expect(findings.report()).toEqual({
      checked: [
        { invariant: 'a = b', count: 2 },
        { invariant: 'lists agree', count: 2 },
      ],
      discrepancies: [
        { invariant: 'a = b', subject: 'two', expected: '2', found: '3' },
        { invariant: 'lists agree', subject: 'four', expected: 'null', found: 'CLOSED' },
      ],
    });
  });

  test('name a hundred of each kind at most, and count all', () => {
    const findings = createFindings();
    for (let each = 0; each < 250; each += 1) findings.compare('never so', String(each), 0, 1);
    findings.compare('also never so', 'x', 0, 1);

    const { checked, discrepancies } = findings.report();
    expect(checked[0]).toEqual({ invariant: 'never so', count: 250 });
    expect(discrepancies).toHaveLength(101);
  });
});
