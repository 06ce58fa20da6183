export { type ByteLine, byteLine, type ByteLineOptions } from './byte-line.js';
export { type ByteStream, type ByteStreamEvents, openByteStream } from './byte-stream.js';
export {
  type Caller,
  type CallerEvents,
  type CallersOptions,
  type CallersPort,
  listenForCallers,
} from './callers.js';
export { connectSocket } from './connect-socket.js';
export { dialInField, dialInProblems, type DialInSettings } from './dial-in-settings.js';
export { type Exchange, type ExchangeOptions, openExchange } from './exchange.js';
export { KeptAsks } from './kept-asks.js';
export { checkLine, type LineSettings } from './line-settings.js';
export { listenAddressField } from './listen-address.js';
export { LinkSilence } from './link-silence.js';
export {
  byteText,
  closedFrame,
  type FrameDamage,
  frameDamageText,
  type FrameScan,
  meterStart,
  scanMeterFrames,
  wholeFrame,
} from './meter-frames.js';
export { type MeterFinding, meterProbeText } from './meter-probe.js';
export { describeSerialPorts, listSerialPorts, type SerialPortNames } from './serial-ports.js';
export { type SerialSettings, serialSettings } from './serial-settings.js';
export { SettledFacts } from './settled-facts.js';
export { SilenceWatch, type SilenceWatchOptions } from './silence-watch.js';
export { type SettingFault, settingIssue } from './setting-fault.js';
export { StationAnswers } from './station-answers.js';
export { type Audience, StationCentre, type StationReply } from './station-centre.js';
export { planStations } from './station-plan.js';
export { parseZone, zoneField } from './station-zone.js';
export { Strangers } from './strangers.js';
export { type DirectAddress, formatStreamAddress, type StreamAddress, streamAddressField } from './stream-address.js';
export { rememberedMax, ToldLately } from './told-lately.js';
