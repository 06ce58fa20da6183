/** Longest noise of an input. */
const noiseMax = 120;

type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Something like frames, and something like noise, made of frames that are right. Deterministic for a seed. */
export class HostileInputs {
  readonly #random: Random;
  readonly #seeds: readonly Buffer[];
  readonly #models: readonly Buffer[];
  readonly #alphabet: Buffer;

  /** `others` are frames of other kinds on the same line. */
  constructor(random: Random, seeds: readonly Buffer[], others: readonly Buffer[] = []) {
    this.#random = random;
    this.#seeds = seeds;
    this.#models = [...seeds, ...others];
    this.#alphabet = Buffer.concat(this.#models);
  }

  next(): Buffer {
    const kind = this.#random();
    if (kind < 0.3) return this.#damaged();
    if (kind < 0.6) return Buffer.concat([this.#damaged(), this.#noise(16), this.seed(), this.#damaged()]);
    return kind < 0.8 ? this.#noise(noiseMax) : this.#anything();
  }

  /** One of the frames that are right. */
  seed(): Buffer {
    return this.#seeds[below(this.#random, this.#seeds.length)] as Buffer;
  }

  /** The same bytes in pieces, as a line or a network cuts them. */
  pieces(bytes: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const step = 1 + below(this.#random, this.#random() < 0.5 ? 4 : bytes.length);
      pieces.push(bytes.subarray(at, at + step));
      at += step;
    }
    return pieces;
  }

  #model(): Buffer {
    return this.#models[below(this.#random, this.#models.length)] as Buffer;
  }

  /** A right frame with up to four bytes changed, lost, put in or told twice. */
  #damaged(): Buffer {
    let bytes: Buffer = Buffer.from(this.#model());
    for (let changes = below(this.#random, 5); changes > 0 && bytes.length > 0; changes -= 1) {
      bytes = this.#changed(bytes, below(this.#random, bytes.length));
    }
    return bytes;
  }

  #changed(bytes: Buffer, at: number): Buffer {
    switch (below(this.#random, 6)) {
      case 0:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
      case 1:
        return Buffer.concat([bytes.subarray(0, at), Buffer.of(below(this.#random, 256)), bytes.subarray(at)]);
      case 2:
        return bytes.subarray(0, at);
      case 3:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(this.#random, at + 1))]);
      case 4:
        bytes[at] = this.#letter();
        return bytes;
      default:
        bytes[at] = (bytes[at] as number) ^ (1 << below(this.#random, 8));
        return bytes;
    }
  }

  /** Bytes as they occur in frames, in no order. */
  #noise(max: number): Buffer {
    return Buffer.from(Array.from({ length: below(this.#random, max) }, () => this.#letter()));
  }

  #anything(): Buffer {
    return Buffer.from(Array.from({ length: below(this.#random, noiseMax) }, () => below(this.#random, 256)));
  }

  #letter(): number {
    return this.#alphabet[below(this.#random, this.#alphabet.length)] as number;
  }
}
