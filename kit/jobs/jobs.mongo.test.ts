import { afterEach, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { startJobs, type Job, type Jobs, type JobSurroundings, type JobTurn } from '#kit/jobs/jobs.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const clock = testClock('2026-11-22T08:00:00Z');
const log = { info: () => undefined, error: () => undefined };
const started: Jobs[] = [];
const hour = 3_600_000;
const row = (name: string) => db.connection.collection('jobs').findOne({ _id: name as never });

function start(job: Job, more: Partial<JobSurroundings> = {}): Jobs {
  const jobs = startJobs(db.connection, [job], { clock, log, ...more });
  started.push(jobs);
  return jobs;
}

/** A job's work of 15 ms, with how often it ran and how many of them at most at the same moment. */
function watchedRun() {
  const seen = { runs: 0, most: 0 };
  let atOnce = 0;
  async function run(): Promise<void> {
    atOnce += 1;
    seen.most = Math.max(seen.most, atOnce);
    seen.runs += 1;
    const until = performance.now() + 15;
    await eventually(() => performance.now() > until, { everyMs: 5 });
    atOnce -= 1;
  }
  return { run, seen };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((jobs) => jobs.stop()));
});

describe('jobs', () => {
  test('run at once when new, then every interval, with the time of the given clock and a growing fence', async () => {
    const turns: JobTurn[] = [];
    start({ name: 'often', everyMs: 30, run: async (turn) => void turns.push(turn) });
    await eventually(() => turns.length >= 3);
    expect(turns[0]?.now).toEqual(new Date('2026-11-22T08:00:00Z'));
    const fences = turns.map((turn) => turn.fence);
    expect(fences).toEqual(fences.map((_, index) => index + 1));
  });

  test('run one turn at a time over three replicas', async () => {
    const { run, seen } = watchedRun();
    for (let replica = 0; replica < 3; replica += 1) start({ name: 'alone', everyMs: 20, run });
    await eventually(() => seen.runs >= 8);
    expect(seen.most).toBe(1);
  });

  test('catch up with one turn for all that was missed', async () => {
    let runs = 0;
    const job: Job = { name: 'missed', everyMs: hour, run: async () => void (runs += 1) };
    const first = start(job);
    await eventually(async () => (await row('missed'))?.['runs'] === 1);
    await first.stop();
    await db.connection
      .collection('jobs')
      .updateOne({ _id: 'missed' as never }, { $set: { dueAt: new Date(Date.now() - 10 * hour) } });
    start(job);
    await eventually(async () => (await row('missed'))?.['runs'] === 2);
    expect(runs).toBe(2);
    expect((await row('missed'))?.['dueAt'] > new Date()).toBe(true);
  });

  test('that are not due do not run, whatever the process believes the time to be', async () => {
    let runs = 0;
    const jobs = start({ name: 'later', everyMs: hour, run: async () => void (runs += 1) });
    await eventually(async () => (await row('later'))?.['runs'] === 1);
    await jobs.stop();
    start(
      { name: 'later', everyMs: hour, run: async () => void (runs += 1) },
      { clock: testClock('2036-01-01T00:00:00Z') },
    );
    let other = 0;
    start({ name: 'other', everyMs: 10, run: async () => void (other += 1) });
    await eventually(() => other >= 5);
    expect(runs).toBe(1);
  });

  test('that have nothing to do take no turn and write nothing, and begin with the first look that finds something', async () => {
    const looks: Date[] = [];
    let [work, runs] = [0, 0];
    const job: Job = {
      name: 'idle',
      everyMs: 20,
      hasWork: async (now) => {
        looks.push(now);
        return work > 0;
      },
      run: async () => {
        runs += 1;
        work -= 1;
      },
    };
    start(job);
    await eventually(() => looks.length >= 5);
    expect([runs, await row('idle')]).toEqual([0, null]);
    expect(looks[0]).toEqual(new Date('2026-11-22T08:00:00Z'));
    work = 2;
    await eventually(async () => (await row('idle'))?.['runs'] === 2);
    const looksThen = looks.length;
    await eventually(() => looks.length >= looksThen + 3);
    expect([runs, (await row('idle'))?.['runs']]).toEqual([2, 2]);
  });

  test('that three replicas see work for still run one turn at a time, and none before it is due', async () => {
    const { run, seen } = watchedRun();
    const often: Job = { name: 'seen', everyMs: 20, hasWork: async () => true, run };
    let seldom = 0;
    const hourly: Job = {
      name: 'seen-hourly',
      everyMs: hour,
      hasWork: async () => true,
      run: async () => void (seldom += 1),
    };
    for (let replica = 0; replica < 3; replica += 1) {
      start(often);
      start(hourly);
    }
    await eventually(() => seen.runs >= 8 && seldom >= 1);
    expect([seen.most, seldom]).toEqual([1, 1]);
  });

  test('whose look fails are logged, and looked for again', async () => {
    const errors: unknown[] = [];
    let [looks, runs] = [0, 0];
    const hasWork = async () => {
      looks += 1;
      if (looks === 1) throw new Error('no primary');
      return true;
    };
    start(
      { name: 'unseen', everyMs: 20, hasWork, run: async () => void (runs += 1) },
      { log: { ...log, error: (fields: unknown) => void errors.push(fields) } },
    );
    await eventually(() => runs >= 1);
    expect(errors).toEqual([{ job: 'unseen', err: new Error('no primary') }]);
  });

  test('that fail are logged and counted, and the next turn goes on', async () => {
    const errors: unknown[] = [];
    const outcomes: boolean[] = [];
    let runs = 0;
    const run = async () => {
      runs += 1;
      if (runs === 1) throw new Error('no such carrier');
    };
    start(
      { name: 'fails', everyMs: 20, run },
      { log: { ...log, error: (fields: unknown) => void errors.push(fields) }, onTurn: ({ ok }) => outcomes.push(ok) },
    );
    await eventually(() => runs >= 2 && outcomes.length >= 2);
    expect(errors).toEqual([{ job: 'fails', err: new Error('no such carrier') }]);
    expect(outcomes.slice(0, 2)).toEqual([false, true]);
    expect((await row('fails'))?.['failures']).toBe(1);
  });

  test('of a process that died are taken over after its lease', async () => {
    await db.connection.collection('jobs').insertOne({
      _id: 'orphan' as never,
      dueAt: new Date(0),
      fence: 41,
      holder: 'dead',
      leaseUntil: new Date(Date.now() + 200),
    });
    const fences: number[] = [];
    start({ name: 'orphan', everyMs: 50, run: async ({ fence }) => void fences.push(fence) });
    await eventually(() => fences.length >= 1);
    expect(fences[0]).toBe(42);
  });

  test('learn by their signal that another process has taken over', async () => {
    let reason = '';
    const run = async ({ signal }: JobTurn) => {
      if (reason !== '') return;
      await db.connection.collection('jobs').updateOne({ _id: 'robbed' as never }, { $set: { holder: 'thief' } });
      await eventually(() => signal.aborted);
      reason = String(signal.reason);
    };
    start({ name: 'robbed', everyMs: hour, run }, { leaseMs: 90 });
    await eventually(() => reason !== '');
    expect(reason).toBe('Error: The turn of job "robbed" was lost.');
  });

  test('are waited for when stopping; one that ends early is due again at once', async () => {
    let [begun, ended] = [0, 0];
    const slow: Job = {
      name: 'slow',
      everyMs: hour,
      run: ({ signal }) =>
        new Promise((_resolve, reject) => {
          begun += 1;
          signal.addEventListener('abort', () => {
            ended += 1;
            reject(signal.reason);
          });
        }),
    };
    const jobs = start(slow);
    await eventually(() => begun === 1);
    await jobs.stop();
    expect(ended).toBe(1);
    const left = await row('slow');
    expect([left?.['holder'], left?.['dueAt'] <= new Date(), left?.['failures']]).toEqual([undefined, true, undefined]);
  });

  test('run on demand though not due, after a turn that is running, and then throw what the job throws', async () => {
    let runs = 0;
    const run = async () => {
      runs += 1;
      if (runs === 3) throw new Error('third time unlucky');
    };
    const jobs = start({ name: 'now', everyMs: hour, run });
    await eventually(async () => (await row('now'))?.['runs'] === 1);
    await jobs.runNow('now');
    expect(runs).toBe(2);
    await expect(jobs.runNow('now')).rejects.toThrow('third time unlucky');
    await expect(jobs.runNow('never')).rejects.toThrow('There is no job "never".');
  });
});
