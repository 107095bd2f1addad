/** Selects processes. A process matches when any of the four lists names it. */
export interface ScopeSelection {
  /** cgroup2 directories, absolute or relative to the cgroup2 mount; descendants match too. */
  readonly cgroups: readonly string[];
  /** Real user ids. */
  readonly users: readonly number[];
  /** Paths of main executables. */
  readonly executables: readonly string[];
  /** Processes whose whole subtree matches, present and future. */
  readonly subtreePids: readonly number[];
}

/** What is captured. Exclusion wins over selection and applies in both modes; the sensor's own process never is. */
export interface CaptureScope extends ScopeSelection {
  readonly mode: 'everything' | 'selected';
  readonly exclude: ScopeSelection;
}

/** Captures every process but the sensor's own. */
export const everything: CaptureScope = {
  mode: 'everything',
  cgroups: [],
  users: [],
  executables: [],
  subtreePids: [],
  exclude: { cgroups: [], users: [], executables: [], subtreePids: [] },
};
