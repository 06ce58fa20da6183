import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { codeField } from './code-field.js';
import { namePatternField } from './name-pattern.js';

/** The driver's half of a device: which records of the folder are its own. */
export const deviceSchema = z.strictObject({
  mine: codeField().optional().describe('Only records with this mine code; of any mine without it'),
  files: namePatternField().optional().describe('Only files of these names'),
  pointPrefix: codeField()
    .optional()
    .describe('What its point codes begin with, such as the substation `001` of `001A01`; its tags leave it out'),
  delay: duration()
    .prefault('2min')
    .describe('How late the mine writes its values by nature; those of more than a minute earlier are uncertain'),
  silence: duration()
    .prefault('2min')
    .describe(
      'Without a new record for so long it does not answer: all its values are bad. So is a point no longer written while others are, unless its records are happenings',
    ),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
