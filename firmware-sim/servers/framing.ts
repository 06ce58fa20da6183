/** One request as it came: its unit, its protocol data unit and how many bytes it took on the wire. */
export interface Request {
  readonly unit: number;
  readonly pdu: Buffer;
  readonly byteCount: number;
  /** Given back in the answer; 0 where the framing has none. */
  readonly transaction: number;
}

/** Cuts one connection's bytes into requests. Keeps what is not yet whole; skips what can be no request. */
export interface RequestFramer {
  /** `atMs` is when the bytes came, monotonic: an old unfinished rest is forgotten. */
  push(bytes: Buffer, atMs: number): readonly Request[];
}

/** How protocol data units travel. */
export interface Framing {
  /** True where a transaction id tells answers apart and a silent unit is reported by exception 0B. */
  readonly identifies: boolean;
  framer(): RequestFramer;
  /** Bytes of a frame around this protocol data unit, request or answer alike. */
  frame(unit: number, pdu: Uint8Array, transaction: number): Buffer;
}

/** After this silence the unfinished rest of a request belongs to nothing that could still come. */
const forgetAfterMs = 50;

/** The part all framers share: a rest that grows, is cut from the front, and is forgotten after a silence. */
export abstract class RestFramer implements RequestFramer {
  #rest: Buffer = Buffer.alloc(0);
  #lastMs = 0;

  push(bytes: Buffer, atMs: number): readonly Request[] {
    if (atMs - this.#lastMs > forgetAfterMs) this.#rest = Buffer.alloc(0);
    this.#lastMs = atMs;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const requests: Request[] = [];
    for (;;) {
      const cut = this.cut(this.#rest);
      if (cut.taken === 0) return requests;
      this.#rest = this.#rest.subarray(cut.taken);
      if (cut.request) requests.push(cut.request);
    }
  }

  /** Takes one request, or bytes that can be none, from the front; `taken` 0 when more must come. */
  protected abstract cut(rest: Buffer): { readonly taken: number; readonly request?: Request };
}
