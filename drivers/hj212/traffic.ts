/** What a link counts, for metrics and the status page. */
export interface Traffic {
  connections: number;
  frames: number;
  /** Pieces that were no frame, or a frame no message. */
  damaged: number;
  /** Frames without CR LF, which were taken. */
  unended: number;
  /** Messages of stations that are unknown or not let in. */
  refused: number;
  /** Sent again by a station whose acknowledgement was lost, and told once. */
  repeated: number;
  /** Messages given up with a packet missing; what came of them was told. */
  incomplete: number;
  readings: number;
  late: number;
  acknowledged: number;
  /** Data not acknowledged: it could not be stored, or too many acknowledgements wait for the disk. */
  unacknowledged: number;
  requests: number;
}

export const noTraffic = (): Traffic => ({
  connections: 0,
  frames: 0,
  damaged: 0,
  unended: 0,
  refused: 0,
  repeated: 0,
  incomplete: 0,
  readings: 0,
  late: 0,
  acknowledged: 0,
  unacknowledged: 0,
  requests: 0,
});
