import type { StampedFrame } from '../../gateway/contract/index.js';

/** What reaches the rules, in order of `instant`: a frame, or a whole second that has passed. */
export type RuleInput = { readonly frame: StampedFrame } | { readonly tick: number };
