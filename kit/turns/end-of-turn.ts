/**
 * So many go on together. A processor has what they do at hand from the second on; and the turn that they make is a few milliseconds long, after which sockets are looked at again: whoever is to
 * be told something at once, while hundreds are worked on, waits for the end of a turn.
 */
const together = 32;

/** Some who go on together; `size` is how many they are. */
interface Party {
  readonly size: number;
  goOn(): void;
}

/** Who goes on with something that has begun. */
const waiting: Party[] = [];
/** Who has just arrived: half of a turn is theirs. */
const newcomers: Party[] = [];
let isEnding = false;

/**
 * The end of this turn of the event loop, when everything is there that has arrived in it, or of a later one when many wait already. Whatever waits for it goes on together, one step of all before the next step of any: a processor that
 * does the same thing many times in a row has its instructions and their data at hand, and one that does a whole request before it looks at the next fetches them anew for each (`docs/adr/0046…`). They share a `setImmediate`:
 * between two everything that follows from the first would be done. `size`: for how many it is waited.
 */
export function endOfTurn(size = 1): Promise<void> {
  return new Promise((goOn) => atEndOfTurn(goOn, size));
}

/** The same for what only lets others go on, and does nothing itself. It must not throw. */
export function atEndOfTurn(goOn: () => void, size = 1): void {
  wait(waiting, { size, goOn });
}

/**
 * The same for whoever has just arrived. They don't wait behind those who have begun: these may be hundreds whom one commit has answered, and somebody who will be told to come again is to hear of it soon.
 */
export function endOfTurnForNewcomer(): Promise<void> {
  return new Promise((goOn) => wait(newcomers, { size: 1, goOn }));
}

function wait(line: Party[], party: Party): void {
  line.push(party);
  if (isEnding) return;
  isEnding = true;
  setImmediate(letSomeGoOn);
}

/** Does something for each of many who will go on because of it, at the ends of as many turns as they need. */
export async function inTurns<Item>(items: readonly Item[], each: (item: Item, index: number) => void): Promise<void> {
  for (let from = 0; from < items.length; from += together) {
    const some = items.slice(from, from + together);
    await endOfTurn(some.length);
    some.forEach((item, index) => each(item, from + index));
  }
}

function letSomeGoOn(): void {
  const arrived = letGoOn(newcomers, together / 2);
  const begun = letGoOn(waiting, together - arrived);
  letGoOn(newcomers, together - arrived - begun);
  isEnding = newcomers.length + waiting.length > 0;
  if (isEnding) setImmediate(lookAgain);
}

/** Lets the first ones of a line go on, until there are `enough`. Gives how many they were. */
function letGoOn(line: Party[], enough: number): number {
  let parties = 0;
  let size = 0;
  for (; size < enough && parties < line.length; parties += 1) size += line[parties]?.size ?? 0;
  for (const party of line.splice(0, parties)) party.goOn();
  return size;
}

/** Sockets are looked at twice before the next go on: a connection is taken in one turn and heard in the next, and who is told to come again needs both. */
function lookAgain(): void {
  setImmediate(letSomeGoOn);
}
