/** What was seen on the wire of one link since it was made. */
export const newWireCount = () => ({
  /** Callers now. */
  callers: 0,
  messages: 0,
  answers: 0,
  /** Reports without an answer: they could not be stored, or too many wait for the disk. */
  unanswered: 0,
  /** Messages of stations this link does not have, or with another password or centre. */
  refused: 0,
  /** Told before: answered again, not told again. */
  repeated: 0,
  /** What began like a message and was none. */
  damaged: 0,
  /** Bytes of no message: registration and heartbeats of DTUs, noise. */
  strayBytes: 0,
  /** Reports of a kind that is not understood; they are kept as happenings. */
  unknownReports: 0,
  /** Reports of which something could not be read. */
  faultyReports: 0,
  /** Values of elements that no tag asks for. */
  unaskedValues: 0,
  /** Packets asked for again. */
  packetsAskedAgain: 0,
});

export type WireCount = ReturnType<typeof newWireCount>;
