import type { Frame } from '../../gateway/contract/index.js';
import { writeFrameLine } from '../../gateway/sinks/influxdb/frame-line.js';
import { LineBuffer } from '../../gateway/sinks/influxdb/line-buffer.js';

/** A frame's line as text. */
export function frameLine(frame: Frame): string {
  const line = new LineBuffer();
  writeFrameLine(line, frame);
  return Buffer.from(line.bytes).toString('utf8');
}
