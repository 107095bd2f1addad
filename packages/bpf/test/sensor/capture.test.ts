import { once } from 'node:events';
import { copyFileSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everything, openSensor, type CaptureScope, type Sensor } from '../../src/index.ts';
import { findCgroupMount } from '../../src/scope/resolve-scope.ts';
import { cannotCapture } from './privilege.ts';
import { RecordCollector } from './record-collector.ts';
import { run, startTlsPeer, type Exchange, type TlsPeer } from './tls-peer.ts';

const ownSubtree: CaptureScope = { ...everything, mode: 'selected', subtreePids: [process.pid] };

const pythonClient = `
import http.client, ssl, sys
context = ssl._create_unverified_context()
connection = http.client.HTTPSConnection('127.0.0.1', int(sys.argv[1]), context=context)
connection.request(sys.argv[2], sys.argv[3], body=sys.stdin.buffer.read() or None)
sys.stdout.buffer.write(connection.getresponse().read())
`;

const nodeClient = `
const https = require('node:https');
const body = require('node:fs').readFileSync(0);
https.request({ port: process.argv[1], host: '127.0.0.1', method: process.argv[2], path: process.argv[3],
  headers: { 'content-length': body.length }, rejectUnauthorized: false, agent: false },
  (response) => response.pipe(process.stdout)).end(body);
`;

describe.skipIf(cannotCapture)(`capture ${cannotCapture ?? ''}`, () => {
  const collector = new RecordCollector();
  let sensor: Sensor;
  let peer: TlsPeer;

  beforeAll(async () => {
    sensor = openSensor({ scope: ownSubtree, onBatch: collector.onBatch });
    peer = await startTlsPeer();
  });

  afterAll(async () => {
    peer.close();
    await sensor.close();
  });

  /** Client and server must both have been captured whole, and agree with what the server says it saw. */
  async function expectWhole(pid: number, exchange: Exchange): Promise<void> {
    await collector.untilExit(pid);
    const sent = collector.plaintext(pid, 'write');
    const received = collector.plaintext(pid, 'read');
    expect(sent.bytes.length).toBe(exchange.receivedBytes);
    expect(sent.hash).toBe(exchange.received);
    expect(received.bytes.length).toBe(exchange.sentBytes);
    expect(received.hash).toBe(exchange.sent);
    expect(collector.ofKind('tls_data').filter((r) => r.tgid === pid && r.flags !== 0)).toEqual([]);
  }

  const clients: Record<string, (method: string, path: string) => [string, string[]]> = {
    curl: (method, path) => [
      'curl',
      [
        ...['-sk', '--http1.1', '-X', method, '-H', 'Expect:', '-o', '/dev/null'],
        ...(method === 'POST' ? ['--data-binary', '@-'] : []),
        `https://127.0.0.1:${peer.port}${path}`,
      ],
    ],
    python: (method, path) => ['python3', ['-c', pythonClient, `${peer.port}`, method, path]],
    node: (method, path) => [process.execPath, ['-e', nodeClient, `${peer.port}`, method, path]],
  };

  test.for(Object.keys(clients))('%s: a small exchange is whole in both directions', async (name) => {
    const { pid, status, stderr } = await run(...clients[name]!('GET', '/hello'));
    expect(status, stderr).toBe(0);
    await expectWhole(pid, await peer.nextExchange());
  });

  test.for(Object.keys(clients))('%s: a 220 KB request arrives whole', async (name) => {
    const { pid, status, stderr } = await run(...clients[name]!('POST', '/upload'), {
      input: Buffer.alloc(220_000, 'prompt '),
    });
    expect(status, stderr).toBe(0);
    await expectWhole(pid, await peer.nextExchange());
  });

  test('a 220 KB body written in one call is one call of many records', async () => {
    const { pid } = await run(...clients['python']!('POST', '/upload'), {
      input: Buffer.alloc(220_000, 'x'),
    });
    await expectWhole(pid, await peer.nextExchange());
    const calls = new Set(collector.plaintext(pid, 'write').records.map((record) => record.callLen));
    expect(Math.max(...calls)).toBeGreaterThanOrEqual(220_000);
  });

  test.for(Object.keys(clients))('%s: a 1 MiB download arrives whole', async (name) => {
    const { pid, status, stderr } = await run(...clients[name]!('GET', '/download/1048576'));
    expect(status, stderr).toBe(0);
    await expectWhole(pid, await peer.nextExchange());
  });

  test('openssl s_client is captured', async () => {
    const { pid, stderr } = await run(
      'openssl',
      ['s_client', '-quiet', '-ign_eof', '-connect', `127.0.0.1:${peer.port}`],
      { input: 'GET /download/1000 HTTP/1.1\r\nHost: x\r\n\r\n' },
    );
    expect(stderr).toContain('verify');
    await expectWhole(pid, await peer.nextExchange());
  });

  test('the server side of the same connection is captured', async () => {
    await run(...clients['curl']!('POST', '/upload'), { input: Buffer.alloc(50_000, 'y') });
    const exchange = await peer.nextExchange();
    const connection = (): number =>
      Math.max(
        ...collector
          .ofKind('tls_data')
          .filter((r) => r.tgid === peer.pid)
          .map((r) => r.connUs),
      );
    await collector.until(
      () => collector.plaintext(peer.pid, 'write', connection()).bytes.length === exchange.sentBytes,
    );
    expect(collector.plaintext(peer.pid, 'write', connection()).hash).toBe(exchange.sent);
    expect(collector.plaintext(peer.pid, 'read', connection()).hash).toBe(exchange.received);
  });

  test('a library that nobody used before is found and captured', async () => {
    const folder = join(peer.folder, 'lib');
    mkdirSync(folder);
    for (const name of ['libssl.so.3', 'libcrypto.so.3']) {
      copyFileSync(
        `/usr/lib/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu/${name}`,
        join(folder, name),
      );
    }
    const env = { ...process.env, LD_LIBRARY_PATH: folder };
    const { pid, status } = await run(...clients['curl']!('GET', '/slow/4096'), { env });
    expect(status).toBe(0);
    const exchange = await peer.nextExchange();
    await collector.untilExit(pid);
    expect(collector.plaintext(pid, 'read').hash).toBe(exchange.sent);
    const target = sensor.targets().find((candidate) => candidate.path === join(folder, 'libssl.so.3'));
    expect(target?.captured).toBe(true);
  });

  test('what is out of scope is not captured until the scope is widened', async () => {
    sensor.setScope({ ...everything, mode: 'selected' });
    const outside = await run(...clients['curl']!('GET', '/hello'));
    await peer.nextExchange();
    await sleep(50);
    sensor.setScope(ownSubtree);
    const inside = await run(...clients['curl']!('GET', '/hello'));
    await expectWhole(inside.pid, await peer.nextExchange());
    expect(collector.ofKind('tls_data').filter((record) => record.tgid === outside.pid)).toEqual([]);
  });

  test('an executable can be excluded', async () => {
    sensor.setScope({ ...ownSubtree, exclude: { ...ownSubtree.exclude, executables: ['/usr/bin/curl'] } });
    const excluded = await run(...clients['curl']!('GET', '/hello'));
    await peer.nextExchange();
    const other = await run(...clients['python']!('GET', '/hello'));
    await expectWhole(other.pid, await peer.nextExchange());
    expect(collector.ofKind('tls_data').filter((record) => record.tgid === excluded.pid)).toEqual([]);
    sensor.setScope(ownSubtree);
  });

  test.skipIf(findCgroupMount() === undefined)(
    'a control group can be selected, with what is below it',
    async () => {
      const group = join(findCgroupMount() ?? '', `eyrie-test-${process.pid}`);
      mkdirSync(join(group, 'below'), { recursive: true });
      try {
        sensor.setScope({ ...everything, mode: 'selected', cgroups: [group] });
        const [command, args] = clients['curl']!('GET', '/hello');
        const inside = await run('sh', [
          '-c',
          `echo $$ > ${join(group, 'below')}/cgroup.procs && exec "$0" "$@"`,
          command,
          ...args,
        ]);
        await expectWhole(inside.pid, await peer.nextExchange());
        const outside = await run(command, args);
        await peer.nextExchange();
        await sleep(50);
        expect(collector.ofKind('tls_data').filter((record) => record.tgid === outside.pid)).toEqual([]);
      } finally {
        rmdirSync(join(group, 'below'));
        rmdirSync(group);
        sensor.setScope(ownSubtree);
      }
    },
  );

  test('a user can be selected', async () => {
    sensor.setScope({ ...everything, mode: 'selected', users: [65534] });
    const [command, args] = clients['curl']!('GET', '/hello');
    const nobody = await run('setpriv', ['--reuid=65534', '--clear-groups', command, ...args]);
    await expectWhole(nobody.pid, await peer.nextExchange());
    const root = await run(command, args);
    await peer.nextExchange();
    await sleep(50);
    expect(collector.ofKind('tls_data').filter((record) => record.tgid === root.pid)).toEqual([]);
    sensor.setScope(ownSubtree);
  });

  test("the sensor's own process is never captured, its children are", async () => {
    sensor.setScope({ ...everything, mode: 'selected', users: [0], subtreePids: [process.pid] });
    const socket = connect({ port: peer.port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.end('GET /hello HTTP/1.1\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    await peer.nextExchange();
    const child = await run(...clients['curl']!('GET', '/hello'));
    await expectWhole(child.pid, await peer.nextExchange());
    expect(collector.ofKind('tls_data').filter((record) => record.tgid === process.pid)).toEqual([]);
    sensor.setScope(ownSubtree);
  });

  test('fork, exec and exit of a script are reported with arguments and code', async () => {
    const { pid } = await run('sh', ['-c', 'sleep 0.01; exit 7', 'a b']);
    await collector.untilExit(pid);
    const exec = collector.ofKind('process_exec').find((record) => record.tgid === pid);
    expect(exec?.args).toEqual(['sh', '-c', 'sleep 0.01; exit 7', 'a b']);
    expect(exec?.parentTgid).toBe(process.pid);
    expect(collector.ofKind('process_exit').filter((r) => r.tgid === pid)).toMatchObject([
      { exitCode: 7, signal: 0 },
    ]);
    const sleeper = collector.ofKind('process_fork').find((record) => record.parentTgid === pid);
    expect(collector.ofKind('process_exec').some((record) => record.tgid === sleeper?.tgid)).toBe(true);
  });

  test('a thread that exits is not a process that exits', async () => {
    const script =
      'import threading, time; t = threading.Thread(target=lambda: None); t.start(); t.join(); time.sleep(0.1)';
    const { pid } = await run('python3', ['-c', script]);
    await collector.untilExit(pid);
    const exits = collector.ofKind('process_exit').filter((record) => record.tgid === pid);
    expect(exits).toHaveLength(1);
    expect(exits[0]?.runtimeUs).toBeGreaterThan(100_000);
  });

  test('nothing was lost or malformed on the way', () => {
    const stats = sensor.stats();
    expect(Object.values(stats.dropped).filter((count) => count !== 0)).toEqual([]);
    expect(stats.handoffDropped).toBe(0);
    expect(stats.badRecords).toBe(0);
    expect(collector.badBatches).toBe(0);
  });
});
