import { describe, expect, test } from '@jest/globals';
import { conclude, type Ending } from './conclude.ts';
import type { Harm } from './report.ts';

const killed: Harm = { kind: 'kill -9 at random', where: 'order', recoveredMs: 2_000, promisedMs: 5_000 };
const well: Ending = {
  harms: [killed],
  randomKills: 1,
  promised: [],
  answers: { answered: 10, unanswered: [], errors: [], slowest: { ms: 900, story: 'PlaceOrder: at once ()' } },
  surprises: [],
  repeated: 3,
  verdict: {
    wholeAfterMs: 1_000,
    unfinished: [],
    broken: [],
    verified: [{ owner: 'order', invariant: 'money adds up', count: 4, discrepancies: [] }],
  },
  written: { lost: 0, acknowledged: 100 },
};
const lastLine = (report: string) => report.split('\n').at(-1);
const wrong = { invariant: 'money adds up', subject: 'ord_1', expected: '1', found: '2' };

describe('a run', () => {
  test('in which all went well held', () => {
    const { report, held } = conclude(well);
    expect([held, lastLine(report)]).toEqual(['HELD', 'Everything held.']);
  });

  test.each<[string, Partial<Ending>, string]>([
    [
      'a process that came back late',
      { harms: [killed, { ...killed, recoveredMs: 5_001 }] },
      '1 later than promised:\n  - kill -9 at random (order): well again after 5.0 s, late',
    ],
    [
      'a point that nobody came to',
      { harms: [{ ...killed, recoveredMs: null, problem: { kind: 'NOT_SHOWN', text: 'nobody came to it' } }] },
      '1 not shown:\n  - kill -9 at random (order): nobody came to it',
    ],
  ])('with %s kept its promises, but not in time', (_, change, words) => {
    const { report, held } = conclude({ ...well, ...change });
    expect(held).toBe('LATE');
    expect(report).toContain(words);
    expect(lastLine(report)).toBe('Every promise was kept, but not everything was shown in time.');
  });

  test.each<[string, Partial<Ending>, string]>([
    [
      'a process that never came back',
      { harms: [{ ...killed, recoveredMs: null, problem: { kind: 'NOT_WELL', text: 'not well again: gone' } }] },
      'kill -9 at random (order): not well again: gone',
    ],
    [
      'a question that was never answered',
      { answers: { ...well.answers, unanswered: ['PlaceOrder: BUSY after 0.1 s (req_1)'] } },
      'never answered: PlaceOrder: BUSY after 0.1 s (req_1)',
    ],
    ['an order that is acknowledged twice', { surprises: ['Error: it was 5 and is 6'] }, 'Error: it was 5 and is 6'],
    [
      'orders that are neither whole nor gone',
      { verdict: { ...well.verdict, unfinished: ['unfinished after 60 s: 1 refund'] } },
      'unfinished after 60 s: 1 refund',
    ],
    ['an order that is gone', { verdict: { ...well.verdict, broken: ['ord_1 is gone'] } }, 'ord_1 is gone'],
    [
      'books that disagree',
      {
        verdict: {
          ...well.verdict,
          verified: [{ owner: 'order', invariant: 'money adds up', count: 4, discrepancies: [wrong] }],
        },
      },
      'order: money adds up: 1 differences',
    ],
    ['a lost write', { written: { lost: 1, acknowledged: 100 } }, '1 acknowledged writes are lost'],
  ])('with %s did not hold, whatever else was late', (_, change, words) => {
    const late = { ...killed, recoveredMs: 9_000 };
    const { report, held } = conclude({ ...well, ...change, harms: [...(change.harms ?? []), late] });
    expect(held).toBe('BROKEN');
    expect(report).toContain(`1 broken:\n  - ${words}`);
    expect(lastLine(report)).toBe('NOT everything held.');
  });
});
