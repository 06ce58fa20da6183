import type { FrameBuilder } from '../../gateway/contract/index.js';

/**
 * Reads one value out of an answer's data and puts it into a slot. `at` is the byte its first register begins at; for
 * coils and discrete inputs the number of its bit.
 */
export type Decoder = (data: DataView, at: number, into: FrameBuilder, slot: number) => void;
