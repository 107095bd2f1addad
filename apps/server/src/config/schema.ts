import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** When a changed key takes effect: at once on reload, or only at the next start. */
export type ReloadEffect = 'at once' | 'restart';

interface KeyMeta {
  readonly description: string;
  readonly reload: ReloadEffect;
  /** What the absent key means, for keys whose default depends on the machine. */
  readonly automatic?: string;
}

/** Describes one key for the generated documentation and for the reload report. */
function key(
  description: string,
  reload: ReloadEffect,
  automatic?: string,
): KeyMeta & Record<string, unknown> {
  return automatic === undefined ? { description, reload } : { description, reload, automatic };
}

function isCidr(text: string): boolean {
  const [address, bits, ...rest] = text.split('/');
  const family = isIP(address ?? '');
  if (family === 0 || address === undefined || rest.length > 0) return false;
  if (bits === undefined) return true;
  if (!/^\d{1,3}$/.test(bits)) return false;
  try {
    new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === text;
}

const absolutePath = z.string().startsWith('/', 'must be an absolute path, starting with /');
const userNameOrId = z.union([z.int().nonnegative(), z.string().min(1)], {
  error: 'must be a user name or a numeric user id',
});
const pid = z.int().positive();

const selection = {
  cgroups: z
    .array(absolutePath)
    .default([])
    .meta(
      key(
        'Control groups, as paths below the cgroup root or with it; their descendants are included.',
        'at once',
      ),
    ),
  users: z.array(userNameOrId).default([]).meta(key('Users, by name or numeric id.', 'at once')),
  executables: z.array(absolutePath).default([]).meta(key('Executables, by absolute path.', 'at once')),
  subtree_pids: z
    .array(pid)
    .default([])
    .meta(key('Processes whose descendants, and who themselves, are meant.', 'at once')),
};

const server = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').meta(key('Address to listen on.', 'restart')),
  port: z
    .int()
    .min(0)
    .max(65535)
    .default(7777)
    .meta(key('TCP port to listen on; 0 lets the system choose.', 'restart')),
  public_origin: z
    .string()
    .refine(
      isOrigin,
      'must be an origin such as "https://eyrie.example": scheme, host and port, nothing after',
    )
    .optional()
    .meta(
      key(
        'Scheme, host and port users type in the browser. Set it behind a proxy; https makes cookies Secure.',
        'restart',
        'the address the request came in on, if that is localhost or an IP address',
      ),
    ),
  trusted_proxies: z
    .array(z.string().refine(isCidr, 'must be an IP address or network such as "10.0.0.0/8"'))
    .default(['127.0.0.1/32', '::1/128'])
    .meta(key('Peers whose X-Forwarded-* headers are believed.', 'restart')),
  body_limit_bytes: z
    .int()
    .min(1024)
    .max(104_857_600)
    .default(1_048_576)
    .meta(key('Largest request body that is accepted.', 'restart')),
  request_timeout_seconds: z
    .int()
    .min(1)
    .max(600)
    .default(30)
    .meta(key('A request that takes longer is answered with 504; subscriptions are exempt.', 'restart')),
});

const auth = z.strictObject({
  session_days: z
    .int()
    .min(1)
    .max(365)
    .default(14)
    .meta(key('A session ends after this many days without use.', 'restart')),
  login_attempts: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .meta(key('Failed log-ins allowed for one account from one address in the window.', 'restart')),
  login_window_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(300)
    .meta(key('Length of the throttling window.', 'restart')),
});

const storage = z.strictObject({
  directory: absolutePath
    .optional()
    .meta(
      key(
        'Where the databases are kept; created with mode 0700.',
        'restart',
        '/var/lib/eyrie as root, else $XDG_STATE_HOME/eyrie or ~/.local/state/eyrie',
      ),
    ),
  retention_days: z
    .int()
    .min(1)
    .max(36_500)
    .default(30)
    .meta(key('Events older than this are deleted.', 'at once')),
  retention_bytes: z
    .int()
    .min(67_108_864)
    .default(10_737_418_240)
    .meta(key('When the event database is larger, the oldest events are deleted.', 'at once')),
});

const capture = z.strictObject({
  process: z
    .boolean()
    .default(true)
    .meta(
      key(
        'Keep process starts and exits; when false they are discarded, but still tell who made an AI call.',
        'restart',
      ),
    ),
  tls: z
    .boolean()
    .default(true)
    .meta(
      key(
        'Keep AI calls made over TLS; when false they are discarded. With both false nothing is captured.',
        'restart',
      ),
    ),
  scope: z
    .enum(['everything', 'selected'])
    .default('everything')
    .meta(key('Whether everything is captured or only what the four lists below select.', 'at once')),
  ...selection,
  ring_bytes: z
    .int()
    .min(262_144)
    .max(1_073_741_824)
    .refine((bytes) => Number.isInteger(Math.log2(bytes)), 'must be a power of two, such as 16777216')
    .default(16_777_216)
    .meta(key('Size of the kernel ring buffer: a power of two.', 'restart')),
  handoff_bytes: z
    .int()
    .min(262_144)
    .max(8_589_934_592)
    .default(134_217_728)
    .meta(key('Most memory that may wait between the reader thread and the engine.', 'restart')),
  exclude: z
    .strictObject(selection)
    .prefault({})
    .meta({ description: 'What is never captured, whatever the scope says; same four lists.' }),
});

const redactionPattern = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower case letters, digits and _, starting with a letter')
    .meta(key('Name shown in findings.', 'at once')),
  pattern: z.string().min(1).max(1000).meta(key('Regular expression in RE2 syntax.', 'at once')),
  placeholder: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta(key('What replaces a match.', 'at once', '[REDACTED:name]')),
});

const redaction = z.strictObject({
  mode: z
    .enum(['safe', 'full', 'minimal'])
    .default('safe')
    .meta(
      key(
        '"safe" keeps content and removes secrets and personal data; "minimal" keeps only metadata; "full" keeps everything.',
        'at once',
      ),
    ),
  patterns: z
    .array(redactionPattern)
    .default([])
    .meta({ description: 'Further patterns; shown in the dashboard, changed only here.' }),
});

const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta(key('Least severe message that is logged. Event content is never logged.', 'at once')),
});

const metrics = z.strictObject({
  enabled: z.boolean().default(true).meta(key('Serve /metrics.', 'at once')),
  token: z
    .string()
    .min(16, 'must be at least 16 characters')
    .optional()
    .meta(
      key(
        'Bearer token that may read /metrics from anywhere.',
        'at once',
        'only loopback clients that do not come through a proxy may read it',
      ),
    ),
});

/** The whole configuration file. Unknown keys are errors; every key has a default or says what its absence means. */
export const configSchema = z.strictObject({
  server: server.prefault({}).meta({ description: 'The web server.' }),
  auth: auth.prefault({}).meta({ description: 'Sessions and log-in throttling.' }),
  storage: storage.prefault({}).meta({ description: 'Where events are kept, and for how long.' }),
  capture: capture.prefault({}).meta({ description: 'What the kernel probes report.' }),
  redaction: redaction
    .prefault({})
    .meta({ description: 'What is removed from events before they leave the engine.' }),
  log: log.prefault({}).meta({ description: 'Eyrie’s own log.' }),
  metrics: metrics.prefault({}).meta({ description: 'The Prometheus endpoint.' }),
});

/** The file as written, after defaults. */
export type FileConfig = z.output<typeof configSchema>;

/** The configuration in force: the file, then the environment, then the command line, and automatic values filled in. */
export type Config = FileConfig & { readonly storage: { readonly directory: string } };
