/**
 * Loaded into every process of a graph under fire before anything else: the machines of half of the replicas believe that it is `WRONG_CLOCK_MS` later. Replicas are ten ports
 * apart, so every other ten is one of each pair. The gateway's clock is right: it has no database that could tell it.
 */
const { WRONG_CLOCK_MS: offMs = '0', PORT: port = '0' } = process.env;
const isSubgraph = process.argv[1]?.includes('/subgraphs/') === true;

if (isSubgraph && Math.floor(Number(port) / 10) % 2 === 1) {
  const RightDate = Date;
  const laterMs = Number(offMs);
  class WrongDate extends RightDate {
    constructor(...at: []) {
      if (at.length === 0) super(RightDate.now() + laterMs);
      else super(...at);
    }
    static override now(): number {
      return RightDate.now() + laterMs;
    }
  }
  Object.defineProperty(WrongDate, 'name', { value: 'Date' });
  globalThis.Date = WrongDate as DateConstructor;
}
