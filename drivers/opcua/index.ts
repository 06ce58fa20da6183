export type { BrowsedNode, BrowsedVariable } from './browse/browsed-node.js';
export type { BrowseOutcome, BrowseRequest } from './browse/browse-server.js';
export { parseWhere } from './browse/find-place.js';
export { opcua } from './definition.js';
export { type LinkSettings, securityPolicies } from './link-schema.js';
export { openBrowser } from './open-browser.js';
export {
  parseCertificate,
  type ServerCertificate,
  type Thumbprints,
  thumbprintsOf,
} from './certificates/server-certificate.js';
export {
  distrustCertificate,
  type KeptCertificate,
  LinkedFolder,
  rejectedCertificates,
  rejectedMax,
  trustCertificate,
  trustedCertificates,
} from './certificates/trust.js';
