import { z } from 'zod';

/**
 * Pieces every schema of the site file is made of. zod is the language of the seams' `config` halves, so this one file
 * of the contract needs it at run time; everything else here is free of dependencies.
 */

const unitMs = { ms: 1, s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const durationPattern = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)$/;

/** `250ms`, `5s`, `10min`, `2h`, `180d` → ms; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text.trim());
  if (!match) return undefined;
  const ms = Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  return ms > 0 ? ms : undefined;
}

/** A duration written with its unit, parsed to ms. Give its default with `.prefault('1s')`. */
export const duration = () =>
  z
    .string()
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms === undefined) {
        context.addIssue({ code: 'custom', message: 'duration', params: { expected: 'duration' } });
        return z.NEVER;
      }
      return ms;
    })
    .meta({ pattern: durationPattern.source, examples: ['250ms', '5s', '10min', '2h', '180d'] });

const unitBytes = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
const bytesPattern = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|KiB|MiB|GiB)$/;

/** `512MiB`, `2GB` → bytes; undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const match = bytesPattern.exec(text.trim());
  return match ? Math.round(Number(match[1]) * unitBytes[match[2] as keyof typeof unitBytes]) : undefined;
}

/** A number of bytes written with its unit. */
export const byteCount = () =>
  z
    .string()
    .transform((text, context) => {
      const bytes = parseBytes(text);
      if (bytes === undefined) {
        context.addIssue({ code: 'custom', message: 'bytes', params: { expected: 'bytes' } });
        return z.NEVER;
      }
      return bytes;
    })
    .meta({ pattern: bytesPattern.source, examples: ['512MiB', '2GB'] });

/**
 * Where a secret is. The site file never holds the secret itself; the host resolves the reference when a sink is created.
 */
export const secretReference = z.union([
  z.strictObject({ env: z.string().min(1).describe('Name of the environment variable') }),
  z.strictObject({ file: z.string().min(1).describe('Path of a file that holds the secret alone') }),
]);
export type SecretReference = z.output<typeof secretReference>;

/** Names of links, devices, groups, sinks and rules: they become parts of topics, paths and identities. */
export const nameField = () => z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u);
