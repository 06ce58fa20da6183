import type { z } from 'zod';
import type { Text } from '../contract/index.js';
import type { Access } from './roles.js';

export interface Answer {
  readonly status: number;
  /** Sent as JSON, unless `type` says that it is text of another kind. */
  readonly body: unknown;
  readonly type?: string;
}

/** One way a route answers: JSON of a schema, or text of a media type. */
export type AnswerDeclaration = { readonly description: string } & (
  | { readonly schema: z.ZodType }
  | { readonly type: string }
);

export interface Call<Query, Params> {
  readonly query: Query;
  readonly params: Params;
  /** Name of the signed-in user; empty where a route was open to anyone. */
  readonly who: string;
}

/** One route, declared once: the server, the permission matrix and the OpenAPI document are all made from it. */
export interface Route<Query extends z.ZodType = z.ZodType, Params extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST';
  /** Parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: Query;
  readonly params?: Params;
  /** By status; failures that any route may have (401, 403, 429, …) are not repeated. */
  readonly answers: Readonly<Record<number, AnswerDeclaration>>;
  handle(call: Call<z.output<Query>, z.output<Params>>): Answer | Promise<Answer>;
}

/** Keeps what a route's own schemas say of `call`. */
export const route = <Query extends z.ZodType, Params extends z.ZodType>(declared: Route<Query, Params>): Route =>
  declared;

export const ok = (body: unknown): Answer => ({ status: 200, body });

export const failed = (status: number, error: Text): Answer => ({ status, body: { error } });
