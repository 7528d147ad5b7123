import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { startHeartbeat } from '#kit/lease/heartbeat.ts';
import { thisProcess } from '#kit/lease/lease.ts';
import { pause } from '#kit/lease/pause.ts';
import { defineCollection } from '#kit/mongo/model.ts';

/** One turn of a job. */
export interface JobTurn {
  /** Grows with every turn anywhere: what a late predecessor writes can be told by it. */
  readonly fence: number;
  /** Aborted when another process has taken over, or when this one is stopping: end early, by throwing `signal.reason`. */
  readonly signal: AbortSignal;
  /** The moment that this turn works for. */
  readonly now: Date;
}

/** Something the clock starts. */
export interface Job {
  readonly name: string;
  /** From the start of one turn to the start of the next, milliseconds. */
  readonly everyMs: number;
  /**
   * Asked before each turn, in every process, for jobs that mostly find nothing to do: `false` takes no turn. A turn is two writes on the majority's journals, a look is a read. Whoever is told
   * `true` still takes the turn as always, and what that finds then counts.
   */
  hasWork?(now: Date): Promise<boolean>;
  /** Must be safe to run again: a turn that a crash cut off is repeated. */
  run(turn: JobTurn): Promise<void>;
}

/** What jobs need from the process. */
export interface JobSurroundings {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Called after every turn here, for metrics. */
  readonly onTurn?: (turn: { name: string; ms: number; ok: boolean }) => void;
  /** After how long a process that says nothing has lost its turn, milliseconds. Default 10 s. */
  readonly leaseMs?: number;
}

/** The jobs of this process. */
export interface Jobs {
  /** Starts no turn any more, asks the running ones to end early and waits for them. */
  stop(): Promise<void>;
  /** Runs a turn now, due or not; waits for one that is running. Throws what the job throws. */
  runNow(name: string): Promise<void>;
}

interface JobRow {
  _id: string;
  dueAt: Date;
  fence: number;
  holder?: string;
  leaseUntil?: Date;
  startedAt?: Date;
  runs?: number;
  failures?: number;
  lastError?: string;
}

interface Turn {
  readonly job: Job;
  readonly holder: string;
  readonly fence: number;
}

/** Between looks of a process that waits for a turn to come, which another one may have put off meanwhile, milliseconds; longer for what comes seldom. */
const longestWait = (everyMs: number) => Math.min(60_000, Math.max(5_000, everyMs / 10));
const runNowLook = 50;
/** Within this after the start, each job begins to look at a moment of its own: dozens at once would take all connections from those who ask, milliseconds. */
const firstLookWithin = 500;

/**
 * Runs jobs on time, one turn of each at a time over all replicas. A job that is due late (nothing ran, or a turn took long) gets one turn for
 * all it missed, and one that has nothing to do gets none (`hasWork`). When a job is due is decided by the database's time, so a wrong clock neither hurries nor delays it; `now` comes from `clock`.
 */
export function startJobs(connection: Connection, jobs: readonly Job[], surroundings: JobSurroundings): Jobs {
  const { clock, log, leaseMs = 10_000 } = surroundings;
  const rows = defineCollection<JobRow>(connection, 'jobs');
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  /** Takes the job's turn if it is nobody's; `dueOnly` also asks that it is time. */
  async function claim(job: Job, dueOnly: boolean): Promise<Turn | null> {
    const holder = `${thisProcess} ${randomUUID()}`;
    const free = { $lte: [{ $ifNull: ['$leaseUntil', new Date(0)] }, '$$NOW'] };
    const due = { $lte: ['$dueAt', '$$NOW'] };
    const taken = {
      holder: { $literal: holder },
      leaseUntil: { $add: ['$$NOW', leaseMs] },
      startedAt: '$$NOW',
      fence: { $add: ['$fence', 1] },
    };
    const row = await rows().findOneAndUpdate(
      { _id: job.name, $expr: dueOnly ? { $and: [free, due] } : free },
      [{ $set: taken }],
      { returnDocument: 'after' },
    );
    return row === null ? null : { job, holder, fence: row.fence };
  }

  /** Runs a claimed turn, records how it ended and throws what the job threw. */
  async function take({ job, holder, fence }: Turn): Promise<void> {
    const mine = { _id: job.name, holder };
    const lost = new AbortController();
    const signal = AbortSignal.any([stopping.signal, lost.signal]);
    const heartbeat = startHeartbeat({
      ttlMs: leaseMs,
      renew: async () => {
        const renewed = await rows().updateOne(mine, [{ $set: { leaseUntil: { $add: ['$$NOW', leaseMs] } } }]);
        return renewed.matchedCount === 1;
      },
      onLost: (cause) => lost.abort(new Error(`The turn of job "${job.name}" was lost.`, { cause })),
    });
    const begunAt = performance.now();
    let failure: { error: unknown } | undefined;
    try {
      await crashPoint('jobs.turn-taken');
      await job.run({ fence, signal, now: clock.now() });
      await crashPoint('jobs.turn-done');
    } catch (error) {
      failure = { error };
    }
    await heartbeat.stop();
    if (failure !== undefined && stopping.signal.aborted) {
      // Cut short by us: due at once for whoever comes next.
      await rows().updateOne(mine, { $unset: { holder: 1, leaseUntil: 1 } });
      throw failure.error;
    }
    const next = { $add: ['$startedAt', job.everyMs] };
    const ended = {
      dueAt: { $max: [next, '$$NOW'] },
      runs: { $add: [{ $ifNull: ['$runs', 0] }, 1] },
      failures: { $add: [{ $ifNull: ['$failures', 0] }, failure === undefined ? 0 : 1] },
      lastError: failure === undefined ? '$$REMOVE' : { $literal: String(failure.error).slice(0, 500) },
      holder: '$$REMOVE',
      leaseUntil: '$$REMOVE',
    };
    await rows().updateOne(mine, [{ $set: ended }]);
    surroundings.onTurn?.({ name: job.name, ms: performance.now() - begunAt, ok: failure === undefined });
    if (failure !== undefined) throw failure.error;
  }

  /** Milliseconds until the job is due, by the database's time; not above 0 when it is. */
  async function untilDue(job: Job): Promise<number> {
    const row = await rows().findOne({ _id: job.name }, { projection: { wait: { $subtract: ['$dueAt', '$$NOW'] } } });
    return Number((row as { wait?: unknown } | null)?.wait ?? 0);
  }

  async function keepRunning(job: Job): Promise<void> {
    let known = false;
    let mayBeDue = true;
    await pause(Math.random() * Math.min(firstLookWithin, job.everyMs), stopping.signal);
    while (!stopping.signal.aborted) {
      let waitMs = Math.min(job.everyMs, 1_000);
      try {
        const isIdle = job.hasWork !== undefined && !(await job.hasWork(clock.now()));
        if (isIdle) {
          waitMs = job.everyMs;
          mayBeDue = true;
        } else {
          if (!known) await introduce(job);
          known = true;
          const turn = mayBeDue ? await claim(job, true) : null;
          if (turn !== null) await take(turn);
          const wait = await untilDue(job);
          waitMs = Math.min(longestWait(job.everyMs), Math.max(wait, Math.min(job.everyMs / 4, 1_000), 10));
          mayBeDue = wait <= waitMs;
        }
      } catch (error) {
        if (stopping.signal.aborted) log.info({ job: job.name, err: error }, 'job was cut short by stopping');
        else log.error({ job: job.name, err: error }, 'job failed, its next turn goes on as planned');
      }
      await pause(waitMs, stopping.signal);
    }
  }

  /** A job that this database has never seen is due at once. */
  async function introduce(job: Job): Promise<void> {
    const asNew = { dueAt: { $ifNull: ['$dueAt', '$$NOW'] }, fence: { $ifNull: ['$fence', 0] } };
    await rows().updateOne({ _id: job.name }, [{ $set: asNew }], { upsert: true });
  }

  function tracked<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const forget = () => underWay.delete(work);
    work.then(forget, forget);
    return work;
  }

  for (const job of jobs) void tracked(keepRunning(job));
  return {
    async stop() {
      stopping.abort(new Error('The process is stopping.'));
      await Promise.allSettled(underWay);
    },
    async runNow(name) {
      const job = jobs.find((candidate) => candidate.name === name);
      if (job === undefined) throw new Error(`There is no job "${name}".`);
      await introduce(job);
      let turn = await claim(job, false);
      while (turn === null) {
        stopping.signal.throwIfAborted();
        await pause(runNowLook, stopping.signal);
        turn = await claim(job, false);
      }
      await tracked(take(turn));
    },
  };
}
