/**
 * Stands for the package `hexy` under jest: node-opcua requires it to print hex dumps when it is debugged, it is an ES
 * module, and jest on Node 20 cannot require one. Node itself can.
 */
module.exports = { hexy: (bytes) => Buffer.from(bytes).toString('hex') };
