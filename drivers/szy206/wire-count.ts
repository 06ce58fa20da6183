/** What was seen on the wire of one link since it was made. */
export const newWireCount = () => ({
  /** Callers now. */
  callers: 0,
  messages: 0,
  answers: 0,
  /** Reports that were not confirmed: they could not be stored, or too many wait for the disk. */
  unanswered: 0,
  /** Messages of stations this link does not have. */
  refused: 0,
  /** Told before: answered again, not told again. */
  repeated: 0,
  /** What began like a frame and was none. */
  damaged: 0,
  /** Bytes of no frame: registration and heartbeats of DTUs, noise, pictures. */
  strayBytes: 0,
  /** Frames of a function or type that is not read here; they are kept as happenings. */
  unsupported: 0,
});

export type WireCount = ReturnType<typeof newWireCount>;
