/** Data or an operation that the compiled way leaves to Apollo's own code, which knows what to say about it. */
export class Unusual extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Unusual';
  }
}
