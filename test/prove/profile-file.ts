import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { tagSchema } from '../../config/schema/profile-schema.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

type Spec = Readonly<Record<string, unknown>>;

/** A tag of a shipped profile: the driver's half, and by what its raw number is multiplied. */
export interface ProfileTag {
  readonly own: Spec;
  readonly scale: number;
}

export interface ProfileFile {
  readonly device: Spec;
  readonly tags: ReadonlyMap<string, ProfileTag>;
}

/** A profile as it is shipped. */
export function profileFile(name: string): ProfileFile {
  const path = join(checkout, 'config', 'profiles', `${name}.yaml`);
  const { device = {}, tags } = parse(readFileSync(path, 'utf8')) as {
    readonly device?: Spec;
    readonly tags: Readonly<Record<string, Spec>>;
  };
  return {
    device,
    tags: new Map(
      Object.entries(tags).map(([tag, spec]) => {
        const own = Object.entries(spec).filter(([key]) => !(key in tagSchema.shape));
        return [tag, { own: Object.fromEntries(own) as Spec, scale: Number(spec['scale'] ?? 1) }];
      }),
    ),
  };
}
