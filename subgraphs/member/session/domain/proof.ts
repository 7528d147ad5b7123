/** A fresh word of WeChat on who uses a mini-program. */
interface WeChatProof {
  readonly appId: string;
  readonly code: string;
}

/** What somebody proves with that they are who is signed in; exactly one of the two. */
export interface Proof {
  readonly password?: string | null;
  readonly weChat?: WeChatProof | null;
}

/** What somebody proves with that they are somebody who isn't signed in; exactly one of the two. */
export interface AccountProof {
  readonly account?: { readonly identifier: string; readonly password: string } | null;
  readonly weChat?: WeChatProof | null;
}
