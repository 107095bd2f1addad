import type { ColumnType, Generated } from 'kysely';
import type { Role } from '../control/types.ts';

interface UserTable {
  id: ColumnType<string, string, never>;
  name: string;
  password_hash: string;
  role: Role;
  totp_secret: string | null;
  created_us: ColumnType<number, number, never>;
}

interface SessionTable {
  id: ColumnType<string, string, never>;
  user_id: ColumnType<string, string, never>;
  expires_us: number;
  created_us: ColumnType<number, number, never>;
  last_ip: string | null;
  user_agent: string | null;
}

interface SetupTokenTable {
  token_hash: ColumnType<string, string, never>;
  created_us: ColumnType<number, number, never>;
  used_us: number | null;
}

interface LoginFailureTable {
  key: ColumnType<string, string, never>;
  failures: number;
  last_failure_us: number;
}

interface RedactionRuleTable {
  id: Generated<number>;
  name: string;
  pattern: string;
  placeholder: string;
  description: string;
  enabled: number;
  version: number;
  updated_us: number;
  updated_by: string;
}

interface BuiltInRuleStateTable {
  name: ColumnType<string, string, never>;
  enabled: number;
  version: number;
  updated_us: number;
  updated_by: string;
}

interface SettingTable {
  key: ColumnType<string, string, never>;
  value: string;
  updated_us: number;
  updated_by: string;
}

interface AuditTable {
  id: ColumnType<number, never, never>;
  time_us: ColumnType<number, number, never>;
  actor: ColumnType<string, string, never>;
  action: ColumnType<string, string, never>;
  target: ColumnType<string, string, never>;
  before: ColumnType<string | null, string | null, never>;
  after: ColumnType<string | null, string | null, never>;
  ip: ColumnType<string | null, string | null, never>;
}

/** control.db. */
export interface ControlDatabase {
  users: UserTable;
  sessions: SessionTable;
  setup_tokens: SetupTokenTable;
  login_failures: LoginFailureTable;
  redaction_rules: RedactionRuleTable;
  builtin_rule_states: BuiltInRuleStateTable;
  settings: SettingTable;
  audit_log: AuditTable;
}
