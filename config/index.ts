export { importRegisterTable, loadSite, registries, siteJsonSchema } from './bound.js';
export type { CellProblem, ImportOptions, ImportResult } from './import/import-register-table.js';
export { fileIo, type SiteIo } from './io.js';
export { type LoadResult, siteLoader } from './load-site.js';
export { type Catalogue, catalogue, type Messages, type Templates } from './messages/catalogue.js';
export { messages, text } from './messages/index.js';
export { formatProblem, type Place, type SiteProblem } from './problem.js';
export type { Registries } from './registries.js';
export type {
  BrokerConfig,
  ClockConfig,
  DerivedTagConfig,
  DeviceConfig,
  GroupConfig,
  HttpConfig,
  JournalConfig,
  LinkConfig,
  RuleConfig,
  SinkConfig,
  SiteConfig,
  TagConfig,
} from './site.js';
export { driverLink, tableSpec } from './table-spec.js';
