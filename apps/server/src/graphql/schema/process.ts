import type { StoredProcess } from '@eyrie/db';
import { builder } from '../builder.ts';
import { pageArgs, pageCost, readPage, toConnection } from '../connection.ts';
import { readProcessFilter } from '../event-filter.ts';
import { loadAncestors } from '../loaders.ts';
import { formatTimeOrNull } from '../time.ts';

/** The last part of a path. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export const Process = builder.objectRef<StoredProcess>('Process');

Process.implement({
  fields: (t) => ({
    ancestors: t.field({
      type: [Process],
      description: 'Nearest parent first.',
      resolve: (process, _args, { loaders }) => loadAncestors(loaders, process),
    }),
    commandLine: t.exposeString('cmdline', { nullable: true }),
    containerId: t.exposeString('containerId', { nullable: true }),
    cwd: t.exposeString('cwd', { nullable: true }),
    endTime: t.string({ nullable: true, resolve: ({ endUs }) => formatTimeOrNull(endUs) }),
    exe: t.exposeString('exe', { nullable: true }),
    execId: t.exposeID('execId'),
    exitCode: t.exposeInt('exitCode', { nullable: true }),
    name: t.string({
      description: 'The name the kernel keeps, else the file name of the executable.',
      resolve: ({ name, exe, pid }) => name ?? (exe === null ? `pid ${pid}` : fileName(exe)),
    }),
    parentExecId: t.exposeString('parentExecId', { nullable: true }),
    pid: t.exposeInt('pid'),
    ppid: t.exposeInt('ppid', { nullable: true }),
    signal: t.exposeInt('signal', { nullable: true }),
    startTime: t.string({ nullable: true, resolve: ({ startUs }) => formatTimeOrNull(startUs) }),
    uid: t.exposeInt('uid', { nullable: true }),
    user: t.exposeString('user', { nullable: true }),
  }),
});

const ProcessConnection = builder.connectionObject({ type: Process, name: 'ProcessConnection' });

builder.objectField(Process, 'children', (t) =>
  t.field({
    type: ProcessConnection,
    description: 'What this process started, newest first.',
    args: pageArgs,
    complexity: pageCost,
    resolve: async ({ execId }, args, { reader }) => {
      const page = readPage(args);
      return toConnection(await reader.findProcesses({ parentExecId: execId }, page), page);
    },
  }),
);

builder.queryFields((t) => ({
  process: t.field({
    type: Process,
    nullable: true,
    authScopes: { viewer: true },
    args: { execId: t.arg.id({ required: true }) },
    resolve: (_root, { execId }, { loaders }) => loaders.process.load(execId),
  }),
  processes: t.field({
    type: ProcessConnection,
    description: 'Newest start first.',
    authScopes: { viewer: true },
    args: {
      ...pageArgs,
      name: t.arg.string(),
      running: t.arg.boolean({ description: 'True: no end seen; false: ended.' }),
    },
    complexity: pageCost,
    resolve: async (_root, args, { reader }) => {
      const page = readPage(args);
      return toConnection(await reader.findProcesses(readProcessFilter(args), page), page);
    },
  }),
}));
