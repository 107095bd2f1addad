/** Kernel records of a busy build machine: agents that run shells that run makes that run compilers, several levels deep. */
import type { ProcessExec } from '@eyrie/bpf/wire';
import { encodeExec, encodeExit, encodeFork } from '../../../packages/engine/test/encode-records.ts';

/** What the sensor hands over at once when it is busy. */
const BATCH_BYTES = 256 * 1024;
const START_US = 1_000_000_000;
/** Between two records, as at a hundred thousand a second. */
const STEP_US = 10;

interface Running {
  readonly tgid: number;
  readonly startUs: number;
}

interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly children?: readonly Program[];
}

const compiler = '/usr/lib/gcc/x86_64-linux-gnu/12/cc1';
const flags = '-O2 -g -Wall -Wextra -fno-strict-aliasing -D_GNU_SOURCE -Iinclude -Isrc/lib'.split(' ');

/** One source file as make builds it: a shell, the driver, the compiler and the assembler. */
function compileJob(index: number): Program {
  const source = `src/module${index % 400}/unit_${index}.c`;
  const object = `build/module${index % 400}/unit_${index}.o`;
  const temporary = `/tmp/cc${index.toString(36)}Qx.s`;
  const gcc: Program = {
    path: '/usr/bin/gcc',
    args: ['gcc', ...flags, '-c', source, '-o', object],
    children: [
      { path: compiler, args: [compiler, '-quiet', ...flags, source, '-dumpbase', source, '-o', temporary] },
      { path: '/usr/bin/as', args: ['as', '--gdwarf-5', '--64', '-o', object, temporary] },
    ],
  };
  return { path: '/bin/sh', args: ['/bin/sh', '-c', gcc.args.join(' ')], children: [gcc] };
}

/** What an agent runs between builds; one in a few hundred carries a secret. */
function toolCall(index: number): Program {
  const few: readonly Program[] = [
    { path: '/usr/bin/git', args: ['git', 'status', '--porcelain=v2', '--branch'] },
    { path: '/usr/bin/grep', args: ['grep', '-rn', `handle_request_${index}`, 'src'] },
    { path: '/bin/ls', args: ['ls', '-la', `src/module${index % 400}`] },
    { path: '/usr/bin/sed', args: ['sed', '-n', `${index % 900},${(index % 900) + 40}p`, 'src/main.c'] },
    { path: '/usr/bin/python3', args: ['python3', '-c', `import json; print(json.dumps({"n": ${index}}))`] },
    { path: '/bin/cat', args: ['cat', `/srv/app/notes/${index % 50}.md`] },
    {
      path: '/usr/bin/curl',
      args: [
        'curl', '-s', '-H', `Authorization: Bearer tok_${index}_A1b2C3d4E5f6`, 'https://api.example.com/v1/items',
      ], // prettier-ignore
    },
  ];
  // the last one, with a secret, is rarer
  const pick = index % 97 === 0 ? few.length - 1 : index % (few.length - 1);
  const program = few[pick] ?? { path: '/bin/true', args: ['true'] };
  return { path: '/bin/bash', args: ['bash', '-lc', program.args.join(' ')], children: [program] };
}

/** Makes records one after another; a process is forked, executes, runs its children and ends. */
class Recorder {
  readonly batches: Buffer[] = [];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #nowUs = START_US;
  #tgid = 1000;
  /** Events the records must become. */
  events = 0;

  #add(record: Buffer): void {
    this.#pending.push(record);
    this.#pendingBytes += record.byteLength;
    this.#nowUs += STEP_US;
    this.events += 1;
    if (this.#pendingBytes >= BATCH_BYTES) this.flush();
  }

  flush(): void {
    if (this.#pending.length > 0) this.batches.push(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  fork(parent: Running): Running {
    this.#tgid += 1;
    const child = { tgid: this.#tgid, startUs: this.#nowUs };
    this.#add(
      encodeFork({
        ktimeUs: this.#nowUs,
        startBoottimeUs: child.startUs,
        parentStartBoottimeUs: parent.startUs,
        cgroupId: 77,
        tgid: child.tgid,
        parentTgid: parent.tgid,
        uid: 1000,
        gid: 1000,
        comm: 'sh',
      }),
    );
    return child;
  }

  exec(process: Running, parent: Running, program: Program): void {
    const record: ProcessExec = {
      kind: 'process_exec',
      flags: 0,
      ktimeUs: this.#nowUs,
      startBoottimeUs: process.startUs,
      parentStartBoottimeUs: parent.startUs,
      cgroupId: 77,
      exeInode: 1n,
      exeDevice: 1,
      tgid: process.tgid,
      parentTgid: parent.tgid,
      uid: 1000,
      gid: 1000,
      euid: 1000,
      mountNs: 4_026_531_841,
      pidNs: 4_026_531_836,
      netNs: 4_026_531_840,
      userNs: 4_026_531_837,
      argc: program.args.length,
      nsTgid: process.tgid,
      comm: program.path.slice(program.path.lastIndexOf('/') + 1).slice(0, 15),
      path: program.path,
      cwd: '/home/dev/work/project',
      args: [...program.args],
    };
    this.#add(encodeExec(record));
  }

  exit(process: Running): void {
    this.#add(
      encodeExit({
        ktimeUs: this.#nowUs,
        startBoottimeUs: process.startUs,
        runtimeUs: this.#nowUs - process.startUs,
        userUs: 850,
        systemUs: 410,
        maxRssKb: 14_336,
        tgid: process.tgid,
        exitCode: 0,
        signal: 0,
        coreDumped: 0,
      }),
    );
  }

  start(parent: Running, program: Program): Running {
    const process = this.fork(parent);
    this.exec(process, parent, program);
    return process;
  }

  run(parent: Running, program: Program): void {
    const process = this.start(parent, program);
    for (const child of program.children ?? []) this.run(process, child);
    // a subshell: forked, never executes
    if (program.path === '/bin/bash') this.exit(this.fork(process));
    this.exit(process);
  }
}

export interface Workload {
  readonly batches: readonly Buffer[];
  readonly events: number;
}

/** At least `events` process events: about 37 of a hundred are forks, 27 execs and 36 exits less the tree that stays. */
export function makeWorkload(events: number): Workload {
  const recorder = new Recorder();
  const root = { tgid: 1, startUs: 1 };
  const daemon = recorder.start(root, { path: '/usr/sbin/sshd', args: ['sshd: dev [priv]'] });
  const shell = recorder.start(daemon, { path: '/bin/bash', args: ['-bash'] });
  const agent = recorder.start(shell, {
    path: '/usr/bin/node',
    args: ['node', '/home/dev/.npm/bin/agent', '--model', 'large', '--api-key', 'sk-proj-A1b2C3d4E5f6G7h8'],
  });
  const make = recorder.start(agent, { path: '/usr/bin/make', args: ['make', '-j8', 'all'] });
  const deep = recorder.start(make, { path: '/usr/bin/make', args: ['make', '-C', 'src/lib', 'all'] });
  for (let index = 0; recorder.events < events; index += 1) {
    if (index % 3 === 0) recorder.run(agent, toolCall(index));
    else recorder.run(deep, compileJob(index));
  }
  recorder.flush();
  return { batches: recorder.batches, events: recorder.events };
}
