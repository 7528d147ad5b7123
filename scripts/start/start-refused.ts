/** The start can't go on for a reason that the person at the keyboard can change; the message is one line. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
