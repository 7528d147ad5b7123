import { textOfPieces } from './text-of-pieces.ts';

/** An answer over HTTP, once all of it is there. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** For how long its connection may be kept for the next request, milliseconds, as far as the other side says; 0 when it must not be. */
  readonly keptMs: number;
}

/** Is given a piece of a body, which may be overwritten afterwards. */
export type OnPiece = (piece: Buffer) => void;

/** Bytes that are no answer, or none that we want to read. */
export class MalformedAnswer extends Error {
  readonly code = 'MALFORMED';
  constructor(what: string) {
    super(`the answer has ${what}`);
    this.name = 'MalformedAnswer';
  }
}

/** What comes next. */
type Stage = 'HEAD' | 'SIZED' | 'UNTIL_CLOSE' | 'CHUNK_SIZE' | 'CHUNK' | 'CHUNK_END' | 'TRAILER' | 'DONE';

/** What a head says of its answer. `length`: bytes; null when the body comes in chunks or until the end. */
interface Head {
  readonly status: number;
  readonly length: number | null;
  readonly isChunked: boolean;
  readonly keptMs: number;
}

/** The longest head, and the longest line between chunks, bytes: Node's limit. */
const headAtMost = 16 * 1024;
const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
const nothing = Buffer.alloc(0);

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const fieldLine = /^([!#$%&'*+\-.^_`|~\dA-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;
const chunkLine =
  /^([\dA-Fa-f]{1,12})(?:;[\w!#$%&'*+\-.^`|~]+(?:=(?:[\w!#$%&'*+\-.^`|~]+|"[\t\x20\x21\x23-\x5b\x5d-\x7e]*"))?)*$/;
const wholeNumber = /^\d{1,15}$/;
const timeoutHint = /(?:^|[\s,])timeout=(\d{1,6})/i;

/**
 * Reads one answer to a POST from the bytes of a connection, in whatever pieces they come (RFC 9112). What HTTP lets be read in two ways is refused, so that no two readers of the
 * same bytes see different answers: a length beside chunks, two lengths, other codings than chunks, bare line breaks.
 */
export class AnswerReader {
  #stage: Stage = 'HEAD';
  /** What has come and could not be read yet. */
  #bytes: Buffer = nothing;
  #head: Head | null = null;
  /** Of the body, or of its chunk, bytes. */
  #left = 0;
  readonly #pieces: Buffer[] = [];
  readonly #onPiece: OnPiece | null;

  /** `onPiece` is given the body of an answer with status 200, whose text is empty then. */
  constructor(onPiece: OnPiece | null = null) {
    this.#onPiece = onPiece;
  }

  /** Reads on; null until the answer is whole. The bytes may be overwritten afterwards. Throws MalformedAnswer. */
  read(bytes: Buffer): HttpAnswer | null {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    const before = this.#pieces.length;
    while (this.#step());
    if (this.#stage === 'DONE') return this.#answer();
    this.#bytes = Buffer.from(this.#bytes);
    for (let nth = before; nth < this.#pieces.length; nth += 1)
      this.#pieces[nth] = Buffer.from(this.#pieces[nth] ?? nothing);
    return null;
  }

  /** The other side says no more: that is the end of an answer of unknown length; null when it breaks off in the middle. */
  end(): HttpAnswer | null {
    if (this.#stage !== 'UNTIL_CLOSE') return null;
    this.#stage = 'DONE';
    return this.#answer();
  }

  #answer(): HttpAnswer {
    const { status = 0, keptMs = 0 } = this.#head ?? {};
    // What comes unasked is nothing that the next request could be answered with.
    return { status, text: textOfPieces(this.#pieces), keptMs: this.#bytes.length > 0 ? 0 : keptMs };
  }

  /** One part of the answer; false when it isn't all there, or nothing is left to read. */
  #step(): boolean {
    switch (this.#stage) {
      case 'HEAD':
        return this.#readHead();
      case 'SIZED':
        return this.#readPiece('DONE');
      case 'CHUNK':
        return this.#readPiece('CHUNK_END');
      case 'CHUNK_SIZE':
        return this.#readLine((line) => {
          const [, size] = chunkLine.exec(line) ?? [];
          if (size === undefined) throw new MalformedAnswer('a chunk without a size');
          this.#left = Number.parseInt(size, 16);
          return this.#left === 0 ? 'TRAILER' : 'CHUNK';
        });
      case 'CHUNK_END':
        return this.#readLine((line) => {
          if (line !== '') throw new MalformedAnswer('a chunk of another size than it says');
          return 'CHUNK_SIZE';
        });
      case 'TRAILER':
        return this.#readLine((line) => {
          if (line === '') return 'DONE';
          if (!fieldLine.test(line)) throw new MalformedAnswer('a malformed trailer');
          return 'TRAILER';
        });
      case 'UNTIL_CLOSE':
        this.#left = this.#bytes.length;
        this.#readPiece('UNTIL_CLOSE');
        return false;
      case 'DONE':
        return false;
    }
  }

  #readHead(): boolean {
    const length = this.#bytes.indexOf(headEnd);
    if (length > headAtMost || (length < 0 && this.#bytes.length > headAtMost))
      throw new MalformedAnswer('a long head');
    if (length < 0) return false;
    const head = headOf(this.#bytes.toString('latin1', 0, length));
    this.#take(length + headEnd.length);
    // One that only says that another will follow.
    if (head.status < 200) return true;
    this.#head = head;
    this.#left = head.length ?? 0;
    if (head.isChunked) this.#stage = 'CHUNK_SIZE';
    else if (head.length === null) this.#stage = 'UNTIL_CLOSE';
    else this.#stage = head.length === 0 ? 'DONE' : 'SIZED';
    return true;
  }

  /** As much as is there of what is left. */
  #readPiece(next: Stage): boolean {
    if (this.#bytes.length === 0) return false;
    const piece = this.#bytes.subarray(0, this.#left);
    if (this.#onPiece !== null && this.#head?.status === 200) this.#onPiece(piece);
    else this.#pieces.push(piece);
    this.#left -= piece.length;
    this.#take(piece.length);
    if (this.#left === 0) this.#stage = next;
    return true;
  }

  #readLine(stageAfter: (line: string) => Stage): boolean {
    const length = this.#bytes.indexOf(lineEnd);
    if (length > headAtMost || (length < 0 && this.#bytes.length > headAtMost))
      throw new MalformedAnswer('a long line');
    if (length < 0) return false;
    const line = this.#bytes.toString('latin1', 0, length);
    this.#take(length + lineEnd.length);
    this.#stage = stageAfter(line);
    return true;
  }

  #take(length: number): void {
    this.#bytes = length === this.#bytes.length ? nothing : this.#bytes.subarray(length);
  }
}

/** Heads that came lately: a neighbour says mostly what it said before. */
const heads = new Map<string, Head>();
const headsAtMost = 1_000;

function headOf(text: string): Head {
  const known = heads.get(text);
  if (known !== undefined) return known;
  const head = readHead(text);
  if (heads.size >= headsAtMost) heads.clear();
  heads.set(text, head);
  return head;
}

function readHead(text: string): Head {
  const [first = '', ...fields] = text.split('\r\n');
  const [, minor, code] = statusLine.exec(first) ?? [];
  if (code === undefined) throw new MalformedAnswer('no status');
  const status = Number(code);
  // It would speak another protocol from here on.
  if (status === 101) throw new MalformedAnswer('a switch of protocols');
  let length: number | null = null;
  let isChunked = false;
  let keptMs = minor === '1' ? Number.POSITIVE_INFINITY : 0;
  for (const field of fields) {
    const [, name = '', given = ''] = fieldLine.exec(field) ?? [];
    const value = given.trimEnd().toLowerCase();
    switch (name.toLowerCase()) {
      case '':
        throw new MalformedAnswer('a malformed field');
      case 'content-length':
        if (length !== null || !wholeNumber.test(value)) throw new MalformedAnswer('a length that is none');
        length = Number(value);
        break;
      case 'transfer-encoding':
        if (isChunked || value !== 'chunked' || minor === '0') throw new MalformedAnswer('an unknown coding');
        isChunked = true;
        break;
      case 'connection':
        if (value.split(',').some((option) => option.trim() === 'close')) keptMs = 0;
        break;
      case 'keep-alive': {
        const [, seconds] = timeoutHint.exec(value) ?? [];
        if (seconds !== undefined) keptMs = Math.min(keptMs, Number(seconds) * 1_000);
        break;
      }
    }
  }
  if (isChunked && length !== null) throw new MalformedAnswer('a length beside chunks');
  const hasNoBody = status === 204 || status === 304;
  if (hasNoBody) return { status, length: 0, isChunked: false, keptMs };
  return { status, length, isChunked, keptMs: length === null && !isChunked ? 0 : keptMs };
}
