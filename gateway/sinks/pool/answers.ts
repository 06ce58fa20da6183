import { z } from 'zod';

/** `GET /v1/capabilities`. Batch mode may only be used when the other side asks for it (CloudEvents HTTP binding §3.3). */
export const capabilities = z.object({
  contentTypes: z.array(z.string()),
  encodings: z.array(z.string()).default([]),
  eventsMax: z.int().positive(),
  bytesMax: z.int().positive(),
});
export type Capabilities = z.output<typeof capabilities>;

/** 200 to `POST /v1/batches`: one outcome an event, in the order sent. */
export const outcomes = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      outcome: z.enum(['accepted', 'duplicate', 'rejected']),
      reason: z.string().optional(),
    }),
  ),
});
export type EventOutcome = z.output<typeof outcomes>['events'][number];

/** 409: events before these are missing, or the key was used for another body. */
export const conflict = z.discriminatedUnion('error', [
  z.object({ error: z.literal('gap'), expected: z.int().nonnegative() }),
  z.object({ error: z.literal('key-reused') }),
]);

/** The answer's JSON read by a schema; throws a sentence naming the pool when it is something else. */
export function readAnswer<T>(schema: z.ZodType<T>, text: string, pool: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${pool} did not answer in JSON: ${text.trim().slice(0, 200)}`, { cause });
  }
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  throw new Error(`${pool} answered something else than the pool protocol: ${text.trim().slice(0, 200)}`, {
    cause: read.error,
  });
}
