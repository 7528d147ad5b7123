import { describe } from '@jest/globals';
import { topologies, worldFacts, type GraphFacts, type Topology } from '../setup/world-facts.ts';

/** Describes a scenario once for each of the run's graphs. */
export function inBothTopologies(scenario: string, tests: (graph: GraphFacts, topology: Topology) => void): void {
  describe.each(topologies)(`${scenario} (%s)`, (topology) => {
    tests(worldFacts().graphs[topology], topology);
  });
}
