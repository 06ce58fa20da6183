import { drivers } from '../drivers/index.js';
import { sinks } from '../gateway/sinks/index.js';
import { checkFormula, rules } from '../pipelines/index.js';
import { registerTableImporter } from './import/import-register-table.js';
import { siteLoader } from './load-site.js';
import { profileSheetReader } from './profile-sheets.js';
import { priorityCounter } from './priorities.js';
import type { Registries } from './registries.js';
import { oneSettingALine } from './schema/one-setting-a-line.js';
import { siteJsonSchema as schemaOf } from './schema/site-json-schema.js';

/**
 * Everything this build of Sluice can be configured with. The definitions' own types are given up here, once: what a
 * definition's schema parsed is handed back to that definition alone.
 */
export const registries = { drivers, sinks, rules, checkFormula } as unknown as Registries;

/** Reads and checks a site file against everything this build has; see `siteLoader`. */
export const loadSite = siteLoader(registries);

/** Turns a register table into a profile; see `registerTableImporter`. */
export const importRegisterTable = registerTableImporter(registries);

/** The shipped profiles as pages for people; see `profileSheetReader`. */
export const profileSheets = profileSheetReader(registries);

/** Counts the alarms a site can raise; see `priorityCounter`. */
export const priorityDistribution = priorityCounter(registries);

/** JSON Schema of the site file of this build, as `config/site.schema.json` holds it. */
export const siteJsonSchema = (): string => `${oneSettingALine(schemaOf(registries))}\n`;
