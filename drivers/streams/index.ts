export { type ByteStream, type ByteStreamEvents, openByteStream } from './byte-stream.js';
export { connectSocket } from './connect-socket.js';
export { type Exchange, type ExchangeOptions, openExchange } from './exchange.js';
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
export { SilenceWatch, type SilenceWatchOptions } from './silence-watch.js';
export { type SettingFault, settingIssue } from './setting-fault.js';
export { formatStreamAddress, type StreamAddress, streamAddressField } from './stream-address.js';
