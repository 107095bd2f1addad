import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachModes, everything, openSensor, type TlsTarget } from '../../src/index.ts';
import { cannotCapture } from './privilege.ts';
import { RecordCollector } from './record-collector.ts';
import { run, startTlsPeer, type TlsPeer } from './tls-peer.ts';

const ownSubtree = { ...everything, mode: 'selected', subtreePids: [process.pid] } as const;
const libraries = `/usr/lib/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`;

describe.skipIf(cannotCapture)(`targets ${cannotCapture ?? ''}`, () => {
  let folder: string;
  let peer: TlsPeer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eyrie-targets-'));
    peer = await startTlsPeer();
  });

  afterAll(() => {
    peer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  // Perf events come and go one by one, for every TLS library and runtime on the machine: slow where there is much else to do.
  const patience = { timeout: 60_000 };

  test.for(attachModes)('attached as %s, an exchange is whole in both directions', patience, async (mode) => {
    const collector = new RecordCollector();
    const sensor = openSensor({ scope: ownSubtree, attachModes: [mode], onBatch: collector.onBatch });
    expect(sensor.attachMode()).toBe(mode);
    const { pid } = await run('curl', [
      '-sk',
      '-o',
      '/dev/null',
      `https://127.0.0.1:${peer.port}/download/200000`,
    ]);
    const exchange = await peer.nextExchange();
    await collector.untilExit(pid);
    expect(collector.plaintext(pid, 'write').hash).toBe(exchange.received);
    expect(collector.plaintext(pid, 'read').hash).toBe(exchange.sent);
    const start = performance.now();
    await sensor.close();
    // The kernel takes perf probes away one by one, each after a grace period: it is the way of old kernels only.
    expect(performance.now() - start).toBeLessThan(mode === 'perf' ? 20_000 : 5000);
  });

  test('the library of the system and the runtime are found at the start, on cheap instructions', async () => {
    const found: TlsTarget[] = [];
    const sensor = openSensor({
      scope: ownSubtree,
      onBatch: (batch) => batch.release(),
      onTarget: (target) => found.push(target),
    });
    const own = sensor.targets().find((target) => target.pids.includes(process.pid));
    expect(own).toMatchObject({ captured: true, library: 'openssl', path: process.execPath });
    const system = found.find((target) => target.path === join(libraries, 'libssl.so.3'));
    expect(system?.captured).toBe(true);
    if (process.arch === 'x64') {
      expect([...(own?.probes ?? []), ...(system?.probes ?? [])].filter((probe) => !probe.cheap)).toEqual([]);
    }
    await sensor.close();
  });

  /** A copy of the system's TLS library that nobody has mapped yet, and the environment that makes programs use it. */
  function ownLibrary(name: string): { path: string; env: NodeJS.ProcessEnv } {
    const place = join(folder, name);
    mkdirSync(place);
    for (const file of ['libssl.so.3', 'libcrypto.so.3'])
      copyFileSync(join(libraries, file), join(place, file));
    return { path: join(place, 'libssl.so.3'), env: { ...process.env, LD_LIBRARY_PATH: place } };
  }

  test('a new library is noticed at once, however long batches are collected', async () => {
    const found = new Map<string, number>();
    const sensor = openSensor({
      scope: ownSubtree,
      batchMs: 1000,
      onBatch: (batch) => batch.release(),
      onTarget: (target) => found.set(target.path, performance.now()),
    });
    for (let round = 0; round < 4; round++) {
      const { path, env } = ownLibrary(`noticed${round}`);
      const started = performance.now();
      await run('curl', ['-sk', '-o', '/dev/null', `https://127.0.0.1:${peer.port}/slow/100`], { env });
      await peer.nextExchange();
      expect((found.get(path) ?? Infinity) - started).toBeLessThan(350);
    }
    await sensor.close();
  });

  test('a library whose first user ended before anyone looked is found with its second user', async () => {
    const collector = new RecordCollector();
    const sensor = openSensor({ scope: ownSubtree, onBatch: collector.onBatch });
    const { path, env } = ownLibrary('hasty');
    // Nothing else runs on this thread meanwhile.
    expect(spawnSync('curl', ['--version'], { env }).status).toBe(0);
    await sleep(100);
    expect(sensor.targets().some((target) => target.path === path)).toBe(false);
    const { pid } = await run(
      'curl',
      ['-sk', '-o', '/dev/null', `https://127.0.0.1:${peer.port}/slow/5000`],
      {
        env,
      },
    );
    const exchange = await peer.nextExchange();
    await collector.untilExit(pid);
    expect(collector.plaintext(pid, 'read').hash).toBe(exchange.sent);
    await sensor.close();
  });

  test("a container's own library is captured, and let go when its last process has ended", async () => {
    const collector = new RecordCollector();
    const found: TlsTarget[] = [];
    const sensor = openSensor({
      scope: ownSubtree,
      sweepMs: 100,
      onBatch: collector.onBatch,
      onTarget: (target) => found.push(target),
    });
    const [lower, top, merged] = ['lower', 'top', 'merged'].map((name) => join(folder, name));
    for (const path of [lower!, top!, merged!]) mkdirSync(path);
    for (const name of ['libssl.so.3', 'libcrypto.so.3'])
      copyFileSync(join(libraries, name), join(lower!, name));
    // A mount namespace of its own, with an overlay that nobody else sees; unmounting it fails while it is probed.
    const script = `
      mount -t tmpfs none ${top!} && mkdir ${top!}/upper ${top!}/work &&
      mount -t overlay none -o lowerdir=${lower!},upperdir=${top!}/upper,workdir=${top!}/work ${merged!} || exit 100
      LD_LIBRARY_PATH=${merged!} curl -sk -o /dev/null https://127.0.0.1:${peer.port}/slow/5000 || exit 101
      for i in $(seq 200); do umount ${merged!} 2>/dev/null && exit 0; sleep 0.1; done
      exit 102`;
    const { status, stderr } = await run('unshare', ['-m', 'sh', '-c', script]);
    expect(status, stderr).toBe(0);
    const exchange = await peer.nextExchange();
    expect(found.find((target) => target.path === join(merged!, 'libssl.so.3'))?.captured).toBe(true);
    const curl = collector.ofKind('process_exec').find((record) => record.comm === 'curl');
    expect(collector.plaintext(curl?.tgid ?? 0, 'read').hash).toBe(exchange.sent);
    expect(sensor.targets().some((target) => target.path.startsWith(merged!))).toBe(false);
    await sensor.close();
    // Another Eyrie on the same machine holds on to the library for its own two seconds.
  }, 40_000);

  test('a library that is replaced under the same inode number is looked at again', async () => {
    const collector = new RecordCollector();
    const sensor = openSensor({ scope: ownSubtree, sweepMs: 100, onBatch: collector.onBatch });
    const place = join(folder, 'reused');
    mkdirSync(place);
    const env = { ...process.env, LD_LIBRARY_PATH: place };
    const url = `https://127.0.0.1:${peer.port}/slow/1000`;
    for (let round = 0; round < 2; round++) {
      // Longer than the kernel keeps quiet about a file it has reported: eight sweeps.
      if (round > 0) await sleep(1200);
      for (const name of ['libssl.so.3', 'libcrypto.so.3']) {
        rmSync(join(place, name), { force: true });
        copyFileSync(join(libraries, name), join(place, name));
      }
      const { pid } = await run('curl', ['-sk', '-o', '/dev/null', url], { env });
      const exchange = await peer.nextExchange();
      await collector.untilExit(pid);
      expect(collector.plaintext(pid, 'read').hash).toBe(exchange.sent);
    }
    await sensor.close();
  });
});
