import type { TagType } from '../../gateway/contract/index.js';
import type { SiteProblem } from '../problem.js';
import type { Registries } from '../registries.js';
import type { DerivedHalf, TagHalf } from '../schema/profile-schema.js';
import type { Path, ProblemOptions, Sentence, Source } from '../source/source.js';

export interface ProfileTag {
  readonly name: string;
  readonly half: TagHalf;
  readonly type: TagType;
  /** The driver's own half, parsed. */
  readonly address: unknown;
}

export interface ProfileDerived {
  readonly name: string;
  readonly half: DerivedHalf;
  readonly group: string;
}

/** A profile as checked, wherever it stood. */
export interface CheckedProfile {
  /** Empty where the file does not give it. */
  readonly name: string;
  readonly source: Source;
  /** From the root of the file: empty for a file of its own. */
  readonly base: Path;
  readonly driver: string | undefined;
  /** Where each tag and derived tag stands, also where the rest could not be read. */
  readonly tagPaths: ReadonlyMap<string, Path>;
  /** The driver's half of each such device, as far as the profile gives it. */
  readonly device: Readonly<Record<string, unknown>>;
  /** Undefined where something is wrong with it: its devices are then not judged further. */
  readonly content: ProfileContent | undefined;
}

export interface ProfileContent {
  readonly pollMs: number;
  readonly groupMs: Readonly<Record<string, number>>;
  readonly tags: readonly ProfileTag[];
  readonly derived: readonly ProfileDerived[];
}

/** One profile while it is checked: where it stands, and what was found wrong with it. */
export class ProfileCheck {
  readonly problems: SiteProblem[] = [];
  readonly source: Source;
  readonly base: Path;
  readonly registries: Registries;
  /** What formulas may write of the site's context. */
  readonly contextNames: readonly string[];

  constructor(source: Source, base: Path, registries: Registries, contextNames: readonly string[]) {
    this.source = source;
    this.base = base;
    this.registries = registries;
    this.contextNames = contextNames;
  }

  /** `path` leads on from the profile's own root. */
  tell(path: Path, sentence: Sentence, options: ProblemOptions = {}): void {
    this.problems.push(this.source.problem([...this.base, ...path], sentence, options));
  }
}
