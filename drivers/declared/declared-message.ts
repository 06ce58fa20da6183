import { binaryMessages, lengthFieldEnd } from './binary-messages.js';
import { maskFor } from './byte-mask.js';
import type { DeviceSettings } from './device-schema.js';
import { withUnit } from './line-pattern.js';
import type { FieldValue, MessageFormat } from './message-format.js';
import type { MessageSettings } from './message-schema.js';
import { nmeaMessages } from './nmea-messages.js';
import { writeRequest } from './request-template.js';
import { textMessages } from './text-messages.js';

/** One kind of message of one device, compiled. */
export interface DeclaredMessage {
  readonly device: string;
  readonly name: string;
  readonly format: MessageFormat;
  /** What asks for it; without one it is sent unasked. */
  readonly request?: Uint8Array;
  readonly maxAgeMs: number;
}

/** A message that has come. */
export interface Arrival {
  readonly fields: ReadonlyMap<string, FieldValue>;
  /** As received. */
  readonly bytes: Uint8Array;
  /** ms on the clock's timeline. */
  readonly atMs: number;
}

/** The messages of a device by name. */
export function compileMessages(device: string, settings: DeviceSettings): ReadonlyMap<string, DeclaredMessage> {
  const { unit, maxAge: maxAgeMs, messages } = settings;
  return new Map(
    Object.entries(messages).map(([name, message]) => {
      const request = message.request && { request: writeRequest(message.request, unit) };
      return [name, { device, name, format: compileFormat(message, unit), maxAgeMs, ...request }];
    }),
  );
}

function compileFormat(message: MessageSettings, unit: number): MessageFormat {
  switch (message.kind) {
    case 'text':
      return textMessages({ ...message, pattern: withUnit(message.pattern, unit) });
    case 'binary': {
      const header = maskFor(message.header, unit);
      const trailer = maskFor(message.trailer ?? [], unit);
      const marks = header.length + trailer.length;
      const ends = Object.values(message.fields).map(lengthFieldEnd);
      return binaryMessages({ ...message, header, trailer, lengthMin: Math.max(marks, ...ends) });
    }
    case 'nmea':
      return nmeaMessages(message);
  }
}
