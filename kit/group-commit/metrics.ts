import type { Metrics } from '#kit/metrics/metrics.ts';
import type { ObservedGroup } from './group-commit.ts';

const sizes: readonly number[] = [1, 2, 5, 10, 25, 50, 100, 250, 500];

/** Measures the groups of one group commit, `name` in the metrics. */
export function measureGroups(metrics: Metrics, name: string): (group: ObservedGroup) => void {
  const size = metrics.histogram('fullchain_group_commit_size', 'Requests written together', ['name'], sizes);
  const wait = metrics.histogram('fullchain_group_commit_wait_seconds', 'Time a group waited for its turn', ['name']);
  const time = metrics.histogram('fullchain_group_commit_seconds', 'Time a group took to be written', ['name']);
  return (group) => {
    size.observe({ name }, group.size);
    wait.observe({ name }, group.waitMs / 1000);
    time.observe({ name }, group.ms / 1000);
  };
}
