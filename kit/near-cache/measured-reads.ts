import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { noteRead } from './noted-reads.ts';

/** Told of every read of a near cache. */
export interface MeasuredReads {
  /** So many at the same moment. */
  fromMemory(count: number): void;
  fromDatabase(): void;
}

/** Reads from memory are counted by so many, and the age of the last of them is measured: one costs less than counting it. */
const countedTogether = 64;

/** Measures how a near cache answers, for the service's metrics and for requests that want to know. */
export function measureReads(feed: Pick<ChangeFeed, 'ageMs' | 'metrics'>, readModel: string): MeasuredReads {
  const reads = feed.metrics.counter('fullchain_near_cache_reads_total', 'Reads by where they were answered from', [
    'read_model',
    'source',
  ]);
  const staleness = feed.metrics.histogram(
    'fullchain_near_cache_staleness_seconds',
    `Age at most of what was read from memory, one in ${countedTogether} reads`,
    ['read_model'],
  );
  const ageMs = () => feed.ageMs();
  let fromMemory = 0;
  return {
    fromMemory(count) {
      noteRead(readModel, ageMs);
      fromMemory += count;
      if (fromMemory < countedTogether) return;
      reads.inc({ read_model: readModel, source: 'memory' }, fromMemory);
      fromMemory = 0;
      staleness.observe({ read_model: readModel }, ageMs() / 1_000);
    },
    fromDatabase() {
      noteRead(readModel, null);
      reads.inc({ read_model: readModel, source: 'database' });
    },
  };
}
