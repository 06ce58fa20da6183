import type { DriverContext, DriverDefinition } from '../../gateway/contract/index.js';
import { openExchange } from '../streams/index.js';
import { AskingLine } from './asking-line.js';
import { DeclaredDriver, type DeclaredLink } from './declared-driver.js';
import type { DeclaredMessage } from './declared-message.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { latenessOf, type LinkSettings, linkSchema } from './link-schema.js';
import { planLink } from './link-plan.js';
import { ListeningLine } from './listening-line.js';
import type { Heard, MessageLine } from './message-line.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';

/** Instruments whose messages the file itself describes: lines of text, frames of bytes, NMEA 0183. */
export const declared: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: {
    en: 'Declared protocols: lines of text, frames of bytes, NMEA 0183',
    zh: '自定义协议：文本行、二进制帧、NMEA 0183',
  },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: planLink,
  create: (link, context) =>
    Promise.resolve(new DeclaredDriver(link, (messages, heard) => openLine(link, messages, heard, context))),
};

/** A link whose messages are asked for is asked; one whose messages come by themselves is listened to. */
function openLine(
  { settings }: DeclaredLink,
  messages: readonly DeclaredMessage[],
  heard: Heard,
  { clock, log }: DriverContext,
): MessageLine {
  const { timeout: timeoutMs, gap: gapMs } = settings;
  if (!messages.some(({ request }) => request)) return new ListeningLine({ ...settings, messages, clock, log, heard });
  const exchange = openExchange({ ...settings, timeoutMs, gapMs, clock, log });
  return new AskingLine({ exchange, latenessMs: latenessOf(settings), clock, heard });
}
