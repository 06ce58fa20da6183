import { expect, test } from '@jest/globals';
import { LinkSilence } from '../../../drivers/streams/index.js';
import { DeviceFault, NotConnected, Quality } from '../../../gateway/contract/index.js';

const tcp = { kind: 'tcp', host: 'box', port: 4001 } as const;
const silent = () => new DeviceFault('nothing came', Quality['bad-no-answer'], { answered: false });
const damaged = () => new DeviceFault('noise', Quality['bad-frame'], { answered: false });

test('a connection is dead when every device has been silent, three times in all', () => {
  const silence = new LinkSilence(tcp, 2);
  for (let n = 0; n < 5; n += 1) expect(silence.verdict('a', silent())).toBeInstanceOf(DeviceFault);
  expect(silence.verdict('b', silent())).toBeInstanceOf(NotConnected);
});

test('whatever is heard, noise too, shows that somebody is there', () => {
  const silence = new LinkSilence(tcp, 1);
  silence.verdict('a', silent());
  silence.verdict('a', silent());
  expect(silence.verdict('a', damaged())).toBeInstanceOf(DeviceFault);
  silence.verdict('a', silent());
  silence.verdict('a', silent());
  expect(silence.verdict('a', silent())).toBeInstanceOf(NotConnected);
});

test('a serial port is not made anew', () => {
  const silence = new LinkSilence({ kind: 'serial', path: '/dev/ttyUSB0' }, 1);
  for (let n = 0; n < 9; n += 1) expect(silence.verdict('a', silent())).toBeInstanceOf(DeviceFault);
});
