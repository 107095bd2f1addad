import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What one run of a pair came to. */
interface PairRun {
  readonly requests: number;
  readonly ms: number;
  /** Processor time of both processes, microseconds. */
  readonly cpuUs: number;
}

/** A TLS client and a TLS server in processes of their own, connected over the loopback interface. */
export interface TlsPair {
  readonly name: string;
  readonly pids: readonly number[];
  /** One request after the other for `ms` milliseconds, with `bytes` there and `bytes` back. */
  run(bytes: number, ms: number): Promise<PairRun>;
  close(): void;
}

interface PairPrograms {
  readonly name: string;
  readonly server: readonly string[];
  readonly client: readonly string[];
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const programs: readonly PairPrograms[] = [
  {
    name: 'Node https, OpenSSL inside node',
    server: [process.execPath, script('https-server.ts')],
    client: [process.execPath, script('https-client.ts')],
  },
  {
    name: 'Python ssl, the system’s libssl',
    server: ['python3', script('ssl-echo.py'), 'server'],
    client: ['python3', script('ssl-echo.py'), 'client'],
  },
];

/** A key and a certificate in a new folder, which the caller removes. */
export function makeCertificate(): { readonly folder: string; readonly files: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'eyrie-bench-tls-'));
  const files = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const [key = '', certificate = ''] = files;
  const made = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', certificate],
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) {
    rmSync(folder, { recursive: true });
    throw new Error(`openssl could not make a certificate: ${made.error?.message ?? made.stderr}`);
  }
  return { folder, files };
}

/** A child process that answers in lines of JSON. */
export class TalkingChild {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string, undefined>;

  constructor([command = '', ...args]: readonly string[]) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.on('error', () => undefined);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#child.spawnfile} could not be started`);
    return this.#child.pid;
  }

  /** The number under each name of the next line; throws when the child ended instead. */
  async read<Name extends string>(...names: readonly Name[]): Promise<Record<Name, number>>;
  async read(...names: readonly string[]): Promise<Record<string, number>> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`${this.#child.spawnfile} ended early`);
    const parsed: unknown = JSON.parse(line.value);
    const found = new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}));
    return Object.fromEntries(names.map((name) => [name, Number(found.get(name))]));
  }

  write(line: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(line)}\n`);
  }

  close(): void {
    this.#child.stdin?.end();
    this.#child.kill();
  }
}

/** Time on a processor of all threads of a process, microseconds (proc(5), schedstat). */
function cpuTimeUs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const ns = tasks.map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, value) => sum + value, 0) / 1000;
}

async function startPair({ name, server, client }: PairPrograms, files: readonly string[]): Promise<TlsPair> {
  const serving = new TalkingChild([...server, ...files]);
  try {
    const { port } = await serving.read('port');
    const calling = new TalkingChild([...client, String(port)]);
    const pids = [serving.pid, calling.pid];
    const cpu = (): number => pids.reduce((sum, pid) => sum + cpuTimeUs(pid), 0);
    return {
      name,
      pids,
      async run(bytes, ms) {
        const before = cpu();
        calling.write({ bytes, ms });
        const answer = await calling.read('requests', 'ms');
        return { ...answer, cpuUs: cpu() - before };
      },
      close() {
        calling.close();
        serving.close();
      },
    };
  } catch (error) {
    serving.close();
    throw error;
  }
}

/** Starts every pair this machine has the programs for; says which it has not. */
export async function startPairs(): Promise<{ readonly pairs: readonly TlsPair[]; close(): void }> {
  const { folder, files } = makeCertificate();
  const pairs: TlsPair[] = [];
  for (const pair of programs) {
    try {
      const started = await startPair(pair, files);
      // connects
      await started.run(1024, 200);
      pairs.push(started);
    } catch (error) {
      console.log(`tls: without ${pair.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return {
    pairs,
    close() {
      for (const pair of pairs) pair.close();
      rmSync(folder, { recursive: true });
    },
  };
}
