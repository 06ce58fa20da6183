import { createHash } from 'node:crypto';

/** Answers kept; the oldest is forgotten first, and its batch sent again is then told apart event by event. */
const answersMax = 128;

/**
 * Requests answered before, by idempotency key. Kept in memory alone: after a restart a repeated batch gets `duplicate`
 * for each event where it first got `accepted`, which asks nothing else of the sender.
 */
export class AnsweredKeys<Answer> {
  readonly #answers = new Map<string, { readonly digest: string; readonly answer: Answer }>();

  /** The answer given to this key and body, `reused` when the body was another, undefined when the key is new. */
  find(key: string, body: Uint8Array): { readonly answer: Answer } | 'reused' | undefined {
    const known = this.#answers.get(key);
    if (!known) return undefined;
    return known.digest === digestOf(body) ? { answer: known.answer } : 'reused';
  }

  remember(key: string, body: Uint8Array, answer: Answer): void {
    this.#answers.set(key, { digest: digestOf(body), answer });
    if (this.#answers.size > answersMax) this.#answers.delete(this.#answers.keys().next().value as string);
  }
}

const digestOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('base64');
