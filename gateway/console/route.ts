import type { z } from 'zod';
import type { Text } from '../contract/index.js';
import type { Access, User } from './roles.js';

/** An answer that is whole. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON, unless `type` says that it is text of another kind. */
  readonly body: unknown;
  readonly type?: string;
}

/** An answer that goes on: pieces of text, as they come, until the client leaves or `signal` aborts. */
export interface StreamAnswer {
  readonly status: 200;
  readonly type: string;
  stream(signal: AbortSignal): AsyncIterable<string>;
}

/** One way a route answers: JSON of a schema, or text of a media type. */
export type AnswerDeclaration = { readonly description: string } & (
  | { readonly schema: z.ZodType }
  | { readonly type: string }
);

export interface Call<Query, Params, Headers, Body> {
  readonly query: Query;
  readonly params: Params;
  readonly headers: Headers;
  readonly body: Body;
  /** Name of the signed-in user; empty where a route was open to anyone. */
  readonly who: string;
  readonly role: User['role'] | undefined;
}

/** One route, declared once: the server, the permission matrix and the OpenAPI document are all made from it. */
export interface Route<
  Query extends z.ZodType = z.ZodType,
  Params extends z.ZodType = z.ZodType,
  Headers extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST';
  /** Parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: Query;
  readonly params?: Params;
  /** Request headers it looks at, in lower case; not strict, because a request always has others. */
  readonly headers?: Headers;
  /** JSON, and sent as such: any other media type is answered with 415. */
  readonly body?: Body;
  /** Longest body, where a route takes more than a few fields. */
  readonly bodyBytesMax?: number;
  /** What is wrong with a body that deserves more than the schema would say of it. */
  refuses?(body: unknown): Text | undefined;
  /** By status; failures that any route may have (401, 403, 429, …) are not repeated. */
  readonly answers: Readonly<Record<number, AnswerDeclaration>>;
  handle(
    call: Call<z.output<Query>, z.output<Params>, z.output<Headers>, z.output<Body>>,
  ): Answer | StreamAnswer | Promise<Answer | StreamAnswer>;
}

/** Keeps what a route's own schemas say of `call`. */
export const route = <
  Query extends z.ZodType,
  Params extends z.ZodType,
  Headers extends z.ZodType,
  Body extends z.ZodType,
>(
  declared: Route<Query, Params, Headers, Body>,
): Route => declared;

export const ok = (body: unknown): Answer => ({ status: 200, body });

export const failed = (status: number, error: Text): Answer => ({ status, body: { error } });
