#!/usr/bin/env node
/**
 * Makes a fresh machine ready: see prepare-machine.mjs. This file only says so when the Node that runs it is too old, and
 * therefore keeps to what Node 12 can parse.
 *
 * usage: node scripts/setup.mjs start|test
 */
var oldest = 20;
if (parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    'eyrie set-up: this is Node ' +
      process.versions.node +
      '; Eyrie needs Node ' +
      oldest +
      ' or newer to set itself up (it then runs on a Node of its own): see https://nodejs.org/en/download\n',
  );
  process.exitCode = 1;
} else {
  import('./prepare-machine.mjs').catch(function (error) {
    process.stderr.write('eyrie set-up: ' + String((error && error.stack) || error) + '\n');
    process.exitCode = 1;
  });
}
