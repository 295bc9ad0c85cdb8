import { mergeSettings, type Settings, type SettingsPart } from './settings';

/** What a `.kubepath.yaml` says, for everything in its directory and below. */
export interface ProjectSettings {
  /** URI of the file. */
  readonly file: string;
  /** URI of its directory, without trailing slash. */
  readonly root: string;
  readonly settings: SettingsPart;
}

/** The settings that hold at a place, worked out once for each directory. */
export interface SettingsByPlace {
  /**
   * The settings for a file or a directory: those of every project file at or above it, the nearest first, then the editor's.
   * @param uri without trailing slash
   */
  of(uri: string): Settings;
  /** All that hold anywhere. */
  readonly all: readonly Settings[];
}

/** @param base what holds where no project file says otherwise: the editor's settings, or the command line's */
export function settingsByPlace(base: Settings, projects: readonly ProjectSettings[]): SettingsByPlace {
  if (projects.length === 0) return { of: () => base, all: [base] };
  const own = new Map(projects.map(({ root, settings }) => [root, settings]));
  const known = new Map<string, Settings>();
  const of = (uri: string): Settings => {
    const before = known.get(uri);
    if (before) return before;
    const slash = uri.lastIndexOf('/');
    const above = slash === -1 ? base : of(uri.slice(0, slash));
    const part = own.get(uri);
    const found = part ? mergeSettings(above, part) : above;
    known.set(uri, found);
    return found;
  };
  return { of, all: [base, ...[...own.keys()].map(of)] };
}
