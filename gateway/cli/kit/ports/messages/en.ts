/** `sluice ports`, in English. */
export const ports = {
  summary: 'the serial ports of this box: what they are, their lasting names, who may use them and who does',
  none: 'This box has no serial port now. Plug the adapter in; `sluice ports` again.',
  denied:
    '{device}: you may not use it; it belongs to group {group}. `sudo usermod -aG {group} {user}`, then log in anew.',
  inUse: '{device} is in use: {who}.',
  sameName:
    'Several adapters share the name {name} (they have no serial number), which leads to one of them. Write their by-path names.',
  empty: 'Without hardware behind them: {devices}',
  builtIn: 'built in',
  usb: '{product} ({id})',
  driver: 'driver {driver}',
  write: 'Write in the site file: `address: "serial:{name}"`',
} as const;

/** What the commands share that speak over a line, in English. */
export const line = {
  address: 'tcp://host:port, serial:/dev/…, or just /dev/… or host:port',
  notHere: '`{address}` is where DTUs dial in; look at them with `sluice status` while the gateway runs.',
  baud: 'speed of the line; 9600 without it',
  parity: 'parity: none, even or odd; none without it',
  stopBits: 'stop bits, 1 or 2',
  framing: 'tcp, rtu or ascii; without it tcp over TCP, rtu on a serial port',
  timeout: 'longest wait for an answer, for example 500ms',
  talkAnyway: 'ask although somebody else does on this line',
  badNumbers: '`{value}` is no list of numbers: write 1-247 or 9600,4800; each from {low} to {high}',
  goesDown: '`{range}` goes down: write {right}',
  listening: 'Listening for {span} before anything is said …',
  master:
    'Somebody talks on this line already: {bytes} bytes came in {span} although nothing was asked. Two masters destroy each other’s frames; nothing was sent. `--talk-anyway` asks all the same.',
} as const;
