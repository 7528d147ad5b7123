import { createHmac, type KeyObject } from 'node:crypto';
import { ConfigError } from '#kit/config/config.ts';
import type { Database, Session } from '#kit/mongo/transaction.ts';
import { createDataKeys, type DataKeyLimits } from './data-keys.ts';
import { createKeyRing } from './key-ring.ts';
import { seal, SealBrokenError, unseal } from './seal.ts';

/** Where a sealed value stands. It opens there and nowhere else. */
export interface SealedPlace {
  /** Whose key seals it: a member's id, or that of an order without one. */
  readonly owner: string;
  /** Collection and field: `orders.address`. */
  readonly field: string;
  /** The id of what it describes, where that isn't the owner. */
  readonly of?: string;
}

/**
 * Personal data of one database: each owner has a data key of their own, and to erase somebody is to destroy that key. Values are sealed by AES-256-GCM, data keys
 * are stored wrapped by a key of the settings. Keys of concurrent calls are read together, and remembered for a minute
 * unless they are destroyed meanwhile.
 */
export interface PersonalData {
  /** Seals a text; the owner's key is made at first. @throws ErasedError once the owner was erased. */
  seal(text: string, place: SealedPlace): Promise<string>;
  /** Makes the owner's key where there is none, and remembers it. @throws ErasedError once the owner was erased. */
  prepare(owner: string): Promise<void>;
  /** What was sealed there; null once the owner was erased. @throws SealBrokenError for what was changed or sealed elsewhere. */
  open(sealed: string, place: SealedPlace): Promise<string | null>;
  /** What equal values have in common and nobody can turn back (HMAC-SHA-256): for unique look-ups. Values must come in their canonical spelling. */
  blindIndex(field: string, value: string): Promise<string>;
  /**
   * The same text sealed by its owner's own key and no other: as it is when that opens it, anew when it was sealed for somebody whose data became the owner's. Null once
   * the owner was erased. @throws SealBrokenError.
   */
  sealAnew(sealed: string, place: SealedPlace): Promise<string | null>;
  /**
   * What is sealed for one person belongs to another one from the caller's transaction on, and opens as theirs, whichever of the two it is stored under; calls that began
   * before may still seal for the first. To erase the other one destroys both keys. False when the other one was erased before: do it again.
   */
  handOver(owner: string, to: string, session: Session): Promise<boolean>;
  /** Destroys the owner's key, and those handed over to them, in the caller's transaction: from its commit on nothing opens in this process, and after a second in no other. */
  erase(owner: string, session: Session): Promise<void>;
  /** Wraps keys anew that an older secret has wrapped, until none is left or `signal` is aborted. Nobody needs to wait for it. Answers how many. */
  rewrap(signal: AbortSignal): Promise<number>;
  /** @throws ConfigError when stored keys can't be opened with the secrets of the settings. */
  check(): Promise<void>;
}

/** What {@link createPersonalData} is made of. */
export interface PersonalDataParts {
  /** The owner of the database: `member`. */
  readonly scope: string;
  /** `PERSONAL_DATA_KEYS`: the first wraps, all unwrap. */
  readonly secrets: readonly string[];
  readonly limits?: DataKeyLimits;
}

/** The owner of the key that blind indexes are made with. It is wrapped like the others, so that no index changes with the settings. */
const indexOwner = 'blind-indexes';
const rewrappedAtOnce = 500;

/** Opens the personal data of a subgraph's database. */
export function createPersonalData(connection: Database, { scope, secrets, limits }: PersonalDataParts): PersonalData {
  const ring = createKeyRing(secrets, scope);
  const keys = createDataKeys(connection, ring, limits);
  const { rows } = keys;
  const textOf = ({ owner, field, of = owner }: SealedPlace) => `${scope} ${field} of ${of}, owner ${owner}`;
  let indexKey: KeyObject | undefined;

  /** What is sealed at a place, and by whose key; the text is null once that one's owner was erased. */
  async function opened(sealed: string, place: SealedPlace): Promise<{ text: string | null; owner: string }> {
    const { owner } = place;
    const key = await keys.find(owner);
    if (key === null) return { text: null, owner };
    try {
      if (key === undefined) throw new Error(`the data key of ${owner} is gone`);
      return { text: unseal(sealed, key, textOf(place)), owner };
    } catch (error) {
      const found = await openedByKin(sealed, place);
      if (found === null) throw error;
      return found;
    }
  }

  /** Asked only for what its owner's key doesn't open: somebody else's, or of somebody who turned out to be the same person. */
  async function openedByKin(sealed: string, place: SealedPlace): Promise<{ text: string; owner: string } | null> {
    const of = place.of ?? place.owner;
    for (const owner of await keys.kinOf(place.owner)) {
      const key = await keys.find(owner);
      if (key === undefined || key === null) continue;
      try {
        return { text: unseal(sealed, key, textOf({ ...place, of, owner })), owner };
      } catch (error) {
        if (!(error instanceof SealBrokenError)) throw error;
      }
    }
    return null;
  }

  return {
    async seal(text, place) {
      return seal(text, await keys.findOrMake(place.owner), textOf(place));
    },

    async prepare(owner) {
      await keys.findOrMake(owner);
    },

    open: async (sealed, place) => (await opened(sealed, place)).text,

    async sealAnew(sealed, place) {
      const { text, owner } = await opened(sealed, place);
      if (text === null || owner === place.owner) return text === null ? null : sealed;
      return seal(text, await keys.findOrMake(place.owner), textOf(place));
    },

    async blindIndex(field, value) {
      indexKey ??= await keys.findOrMake(indexOwner);
      return createHmac('sha256', indexKey).update(`${field}\n${value}`).digest('base64url');
    },

    handOver: (owner, to, session) => keys.handOver(owner, to, session),
    erase: (owner, session) => keys.destroy(owner, session),

    async rewrap(signal) {
      for (let done = 0; ;) {
        signal.throwIfAborted();
        const old = await rows()
          .find({ wrappedBy: { $exists: true, $ne: ring.current } }, { batchSize: rewrappedAtOnce + 1 })
          .limit(rewrappedAtOnce)
          .toArray();
        if (old.length === 0) return done;
        const { modifiedCount } = await rows().bulkWrite(
          old.map(({ _id, wrapped = '', wrappedBy = '' }) => {
            const anew = ring.wrap(ring.unwrap({ wrapped, wrappedBy }, _id), _id);
            // Only while it is as it was read: a key that was destroyed meanwhile stays destroyed.
            return { updateOne: { filter: { _id, wrapped }, update: { $set: anew } } };
          }),
          { ordered: false },
        );
        done += modifiedCount;
      }
    },

    async check() {
      const unknown = await rows().findOne({ wrappedBy: { $exists: true, $nin: [...ring.names] } });
      if (unknown === null) return;
      throw new ConfigError(
        'PERSONAL_DATA_KEYS does not open the stored keys. Expected: every secret that a key is still wrapped by; the one for new keys first',
      );
    },
  };
}
