import { writeFileSync } from 'node:fs';
import { SerialPort } from 'serialport';

/**
 * Loaded before the command (`node --import`): a pseudo terminal keeps no parity, so each serial port that is opened first
 * tells the bus behind it how it is set, in the file that UNKNOWN_BOX_LINE names. Nothing else of a port is changed.
 */
const file = process.env['UNKNOWN_BOX_LINE'];
if (file === undefined) throw new Error('UNKNOWN_BOX_LINE names the file that is told how a port is set');

type Open = SerialPort['open'];
const settingsOf = ({ settings }: SerialPort): string => {
  const { baudRate: baud, parity, dataBits, stopBits } = settings;
  return JSON.stringify({ baud, parity, dataBits, stopBits });
};

// The method belongs to a class that the library does not show under a name of its own.
const prototype = Object.getPrototypeOf(SerialPort.prototype) as { open: Open };
const { open } = prototype;
prototype.open = function tellingOpen(this: SerialPort, ...args: Parameters<Open>): void {
  writeFileSync(file, settingsOf(this));
  open.apply(this, args);
};
